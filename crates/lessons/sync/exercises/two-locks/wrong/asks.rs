// fail at both: it tries to take the second lock again and again, and releases the first one in between.
pub(crate) fn a_to_b(world: &World) {
    loop {
        let mut from = world.a.lock();
        if let Some(mut to) = world.b.try_lock() {
            *from -= 1;
            *to += 1;
            return;
        }
    }
}

pub(crate) fn b_to_a(world: &World) {
    loop {
        let mut from = world.b.lock();
        if let Some(mut to) = world.a.try_lock() {
            *from -= 2;
            *to += 2;
            return;
        }
    }
}
