// fail at alone: it prints the moves, but moves nothing.
pub(crate) fn a_to_b(world: &World) {
    let _ = world;
    tell!("moved 1 from A to B");
}

pub(crate) fn b_to_a(world: &World) {
    let _ = world;
    tell!("moved 2 from B to A");
}
