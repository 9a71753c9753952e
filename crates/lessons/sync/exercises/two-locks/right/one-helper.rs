// right: a helper takes both locks, B first, and both functions use it.
fn with_both(world: &World, change: impl FnOnce(&mut i32, &mut i32)) {
    let mut b = world.b.lock();
    let mut a = world.a.lock();
    change(&mut a, &mut b);
    drop(b);
    drop(a);
}

pub(crate) fn a_to_b(world: &World) {
    with_both(world, |a, b| (*a, *b) = (*a - 1, *b + 1));
}

pub(crate) fn b_to_a(world: &World) {
    with_both(world, |a, b| {
        *a += 2;
        *b -= 2;
    });
}
