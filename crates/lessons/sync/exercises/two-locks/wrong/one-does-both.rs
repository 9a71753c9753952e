// fail at alone: one thread moves for both, and the other does nothing.
pub(crate) fn a_to_b(world: &World) {
    let (mut a, mut b) = (world.a.lock(), world.b.lock());
    *a += 1;
    *b -= 1;
    tell!("moved 1 from A to B");
}

pub(crate) fn b_to_a(world: &World) {
    let _ = world;
    tell!("moved 2 from B to A");
}
