// fail at both: it moves nothing when the second lock is not free.
pub(crate) fn a_to_b(world: &World) {
    let mut from = world.a.lock();
    if let Some(mut to) = world.b.try_lock() {
        *from -= 1;
        *to += 1;
    }
    tell!("moved 1 from A to B");
}

pub(crate) fn b_to_a(world: &World) {
    let mut from = world.b.lock();
    if let Some(mut to) = world.a.try_lock() {
        *from -= 2;
        *to += 2;
    }
    tell!("moved 2 from B to A");
}
