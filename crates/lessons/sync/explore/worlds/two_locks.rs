//! Two accounts, each under its lock; threads that move money between them, and one that counts it.

use explore::together;
use sync::Lock;

pub(crate) struct World {
    pub(crate) a: Lock<i32>,
    pub(crate) b: Lock<i32>,
}

/// The function of a thread, and what it adds to A and to B.
pub(crate) type Move = (fn(&World), [i32; 2]);

pub(crate) fn story(a_to_b: fn(&World), b_to_a: fn(&World)) {
    moves(&[(a_to_b, [-1, 1]), (b_to_a, [2, -2])], &[count]);
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
    let added: Vec<_> = moves.iter().map(|(_, added)| added).collect();
    let sum = |account: usize| 100 + added.iter().map(|added| added[account]).sum::<i32>();
    let expected = [sum(0), sum(1)];
    let left = [world.a.into_inner(), world.b.into_inner()];
    assert!(
        left == expected,
        "[A, B] was [100, 100], and the threads add {added:?}: that makes {expected:?}, but {left:?} is left"
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
