//! Two accounts of 100, each under its lock; two threads that move money, and one that counts it.

use explore::together;
use sync::Lock;

pub(crate) struct World {
    pub(crate) a: Lock<i32>,
    pub(crate) b: Lock<i32>,
}

pub(crate) fn story(a_to_b: fn(&World), b_to_a: fn(&World)) {
    let [a, b] = ["A", "B"].map(|name| Lock::named(name, 100));
    let world = World { a, b };
    together(&[&|| a_to_b(&world), &|| b_to_a(&world), &|| count(&world)]);
    let left = (world.a.into_inner(), world.b.into_inner());
    assert!(
        left == (101, 99),
        "1 and 2 were moved, and A and B have {left:?}"
    );
}

/// It waits for neither, so it is part of no deadlock.
fn count(world: &World) {
    if let (Some(a), Some(b)) = (world.a.try_lock(), world.b.try_lock()) {
        assert!(
            *a + *b == 200,
            "both locks are free, and {} is in A and B",
            *a + *b
        );
    }
}
