// fail at alone: one function waits until the other has moved, but the other may never run.
pub(crate) fn a_to_b(world: &World) {
    let (mut a, mut b) = (world.a.lock(), world.b.lock());
    *a -= 1;
    *b += 1;
}

pub(crate) fn b_to_a(world: &World) {
    while *world.a.lock() == 100 {
        explore::primitives::yield_now();
    }
    let (mut b, mut a) = (world.b.lock(), world.a.lock());
    *b -= 2;
    *a += 2;
}
