//! A number that threads may read and write at any time, and a lock beside it.

use explore::primitives::atomic::AtomicU64;
use explore::together;
use sync::Lock;

pub(crate) struct World {
    pub(crate) number: AtomicU64,
    /// For a reader who repairs the story.
    #[expect(dead_code, reason = "the story is wrong because it does not use it")]
    pub(crate) lock: Lock<()>,
}

pub(crate) fn story(add_one: fn(&World)) {
    let world = World {
        number: AtomicU64::new(0),
        lock: Lock::named("lock", ()),
    };
    together(&[&|| add_one(&world), &|| add_one(&world)]);
    let number = world.number.into_inner();
    assert!(number == 2, "1 was added twice, and the number is {number}");
}
