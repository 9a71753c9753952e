//! Two accounts, each under its lock; threads that move money between them, and one that counts it.

use explore::together;
use sync::Lock;

pub(crate) struct World {
    pub(crate) a: Lock<i32>,
    pub(crate) b: Lock<i32>,
}

/// The function of a thread, and the amount that it moves from A to B.
pub(crate) type Move = (fn(&World), i32);

pub(crate) fn story(a_to_b: fn(&World), b_to_a: fn(&World)) {
    moves(&[(a_to_b, 1), (b_to_a, -2)], &[count]);
}

/// Runs each move in a thread of its own, all at the same time, together with the `others`.
pub(crate) fn moves(moves: &[Move], others: &[fn(&World)]) {
    let [a, b] = ["A", "B"].map(|name| Lock::named(name, 100));
    let world = World { a, b };
    let functions = moves.iter().map(|(function, _)| function).chain(others);
    let threads: Vec<_> = functions.map(|function| || function(&world)).collect();
    let threads: Vec<&(dyn Fn() + Sync)> = threads.iter().map(|thread| thread as _).collect();
    together(&threads);
    for lock in [&world.a, &world.b] {
        let is_free = lock.try_lock().is_some();
        assert!(is_free, "all threads have ended, and a lock is still taken");
    }
    let moved: Vec<_> = moves.iter().map(|(_, amount)| amount).collect();
    let total: i32 = moves.iter().map(|(_, amount)| amount).sum();
    let left = (world.a.into_inner(), world.b.into_inner());
    assert!(
        left == (100 - total, 100 + total),
        "A and B had 100 each; the threads move {moved:?} from A to B, and leave {left:?}"
    );
}

/// Checks the sum of both accounts if both locks are free. It never waits, so it is part of no deadlock.
pub(crate) fn count(world: &World) {
    if let (Some(a), Some(b)) = (world.a.try_lock(), world.b.try_lock()) {
        assert!(
            *a + *b == 200,
            "both locks are free, and {} is in A and B",
            *a + *b
        );
    }
}
