// fail at paid: it assumes that there is 200 in both accounts together.
pub(crate) fn a_to_b(world: &World) {
    let mut from = world.a.lock();
    let mut to = world.b.lock();
    *from -= 1;
    *to = 200 - *from;
    tell!("moved 1 from A to B");
}

pub(crate) fn b_to_a(world: &World) {
    let mut to = world.a.lock();
    let mut from = world.b.lock();
    *from -= 2;
    *to = 200 - *from;
    tell!("moved 2 from B to A");
}
