// right: both take A first.
/// Moves 1 from A to B.
pub(crate) fn a_to_b(world: &World) {
    let mut from = world.a.lock();
    let mut to = world.b.lock();
    *from -= 1;
    *to += 1;
}

/// Moves 2 from B to A.
pub(crate) fn b_to_a(world: &World) {
    let mut to = world.a.lock();
    let mut from = world.b.lock();
    *from -= 2;
    *to += 2;
    tell!("moved 2 from B to A");
}
