//! The parts of a re-entrant lock, and two threads that take it twice, one inside the other.

use explore::primitives::ThreadId;
use explore::primitives::atomic::{AtomicU64, Ordering};
use explore::{tell, together};
use sync::{Condition, Lock};

pub(crate) struct World {
    pub(crate) held: Lock<Held>,
    pub(crate) released: Condition,
}

#[derive(Default)]
pub(crate) struct Held {
    pub(crate) owner: Option<ThreadId>,
    /// How many times the owner has taken it without a release.
    pub(crate) depth: usize,
}

pub(crate) fn story(acquire: fn(&World), release: fn(&World)) {
    let world = World {
        held: Lock::named("held", Held::default()),
        released: Condition::named("released"),
    };
    let inside = AtomicU64::new(0);
    let twice = || {
        acquire(&world);
        tell!("is inside");
        let others = inside.fetch_add(1, Ordering::SeqCst);
        assert!(others == 0, "two threads are inside");
        acquire(&world);
        release(&world);
        tell!("released the inner one");
        inside.fetch_sub(1, Ordering::SeqCst);
        release(&world);
    };
    together(&[&twice, &twice]);
    assert!(
        world.held.into_inner().owner.is_none(),
        "it is not free at the end"
    );
}
