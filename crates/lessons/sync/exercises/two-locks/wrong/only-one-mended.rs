// deadlock at both: both functions take the locks in the opposite order now, so the circle stays.
pub(crate) fn a_to_b(world: &World) {
    let mut to = world.b.lock();
    let mut from = world.a.lock();
    *from -= 1;
    *to += 1;
}

pub(crate) fn b_to_a(world: &World) {
    let mut to = world.a.lock();
    let mut from = world.b.lock();
    *from -= 2;
    *to += 2;
}
