// fail at paid: it reads the accounts, releases the locks, and later writes sums that may be old.
static GATE: sync::Lock<()> = sync::Lock::new(());

pub(crate) fn a_to_b(world: &World) {
    let _one_at_a_time = GATE.lock();
    let (a, b) = (*world.a.lock(), *world.b.lock());
    let mut from = world.a.lock();
    let mut to = world.b.lock();
    (*from, *to) = (a - 1, b + 1);
    tell!("moved 1 from A to B");
}

pub(crate) fn b_to_a(world: &World) {
    let _one_at_a_time = GATE.lock();
    let (a, b) = (*world.a.lock(), *world.b.lock());
    let mut to = world.a.lock();
    let mut from = world.b.lock();
    (*to, *from) = (a + 2, b - 2);
    tell!("moved 2 from B to A");
}
