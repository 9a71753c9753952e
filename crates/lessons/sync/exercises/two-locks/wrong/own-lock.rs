// refused: the explorer does not control a lock of std, so it cannot see a thread that waits for one.
static GATE: std::sync::Mutex<()> = std::sync::Mutex::new(());

pub(crate) fn a_to_b(world: &World) {
    let _gate = GATE.lock();
    let (mut a, mut b) = (world.a.lock(), world.b.lock());
    *a -= 1;
    *b += 1;
}

pub(crate) fn b_to_a(world: &World) {
    let _gate = GATE.lock();
    let (mut b, mut a) = (world.b.lock(), world.a.lock());
    *b -= 2;
    *a += 2;
}
