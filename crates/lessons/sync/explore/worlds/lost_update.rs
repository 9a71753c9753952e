//! A number that threads may read and write at any time, and a lock beside it.

use explore::primitives::atomic::AtomicU64;
use explore::together;
use sync::Lock;

pub(crate) struct World {
    pub(crate) number: AtomicU64,
    /// For a reader who repairs the story.
    #[allow(dead_code, reason = "the story is wrong because it does not use it")]
    pub(crate) lock: Lock<()>,
}

pub(crate) fn story(add_one: fn(&World)) {
    let number = number_after(1, add_one);
    assert!(number == 2, "1 was added twice, and the number is {number}");
}

/// The number after both threads have each added 1 `rounds` times.
pub(crate) fn number_after(rounds: u32, add_one: fn(&World)) -> u64 {
    let world = World {
        number: AtomicU64::new(0),
        lock: Lock::named("lock", ()),
    };
    let add = || (0..rounds).for_each(|_| add_one(&world));
    together(&[&add, &add]);
    world.number.into_inner()
}
