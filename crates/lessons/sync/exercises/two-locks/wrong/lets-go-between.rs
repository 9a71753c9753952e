// fail at both: it takes one lock after the other; in between, the money is in neither account.
pub(crate) fn a_to_b(world: &World) {
    *world.a.lock() -= 1;
    *world.b.lock() += 1;
    tell!("moved 1 from A to B");
}

pub(crate) fn b_to_a(world: &World) {
    *world.b.lock() -= 2;
    *world.a.lock() += 2;
    tell!("moved 2 from B to A");
}
