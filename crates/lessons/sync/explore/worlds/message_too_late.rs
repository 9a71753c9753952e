//! A number under a Lock, two threads that add 1, and a count of owners according to their messages.

use explore::primitives::atomic::{AtomicU64, Ordering};
use explore::{tell, together};
use sync::Lock;

pub(crate) struct World {
    pub(crate) number: Lock<u32>,
    /// How many threads have the lock, according to their messages.
    owners: AtomicU64,
    /// The largest value that `owners` has had.
    most: AtomicU64,
}

impl World {
    pub(crate) fn print_locked(&self, number: u32) {
        tell!("says: locked,Number:{number}");
        let owners = 1 + self.owners.fetch_add(1, Ordering::SeqCst);
        self.most.fetch_max(owners, Ordering::SeqCst);
    }

    pub(crate) fn print_released(&self) {
        self.owners.fetch_sub(1, Ordering::SeqCst);
        tell!("says: released");
    }
}

pub(crate) fn story(add_one: fn(&World)) {
    let world = World {
        number: Lock::named("mylock", 0),
        owners: AtomicU64::new(0),
        most: AtomicU64::new(0),
    };
    together(&[&|| add_one(&world), &|| add_one(&world)]);
    let (number, most) = (world.number.into_inner(), world.most.into_inner());
    assert!(number == 2, "1 was added twice, and the number is {number}");
    assert!(
        most == 1,
        "according to the messages, {most} threads had the lock at once"
    );
    assert!(
        world.owners.into_inner() == 0,
        "a message about a release is missing"
    );
}
