// deadlock at both: a sleep before the second lock changes the timing, but excludes no order.
pub(crate) fn a_to_b(world: &World) {
    let mut from = world.a.lock();
    let mut to = world.b.lock();
    *from -= 1;
    *to += 1;
}

pub(crate) fn b_to_a(world: &World) {
    explore::primitives::sleep(std::time::Duration::from_millis(500));
    let mut from = world.b.lock();
    let mut to = world.a.lock();
    *from -= 2;
    *to += 2;
}
