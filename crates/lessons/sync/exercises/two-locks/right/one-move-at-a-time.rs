// right: a third lock is taken first, so only one thread at a time can be between the two locks.
static GATE: sync::Lock<()> = sync::Lock::new(());

pub(crate) fn a_to_b(world: &World) {
    let _one_at_a_time = GATE.lock();
    let mut from = world.a.lock();
    let mut to = world.b.lock();
    *from -= 1;
    *to += 1;
}

pub(crate) fn b_to_a(world: &World) {
    let _one_at_a_time = GATE.lock();
    let mut from = world.b.lock();
    let mut to = world.a.lock();
    *from -= 2;
    *to += 2;
}
