//! A flag, a thread that waits until it is set, and a thread that sets it.

use explore::together;
use sync::{Condition, Lock};

pub(crate) struct World {
    pub(crate) ready: Lock<bool>,
    pub(crate) changed: Condition,
}

pub(crate) fn story(wait_for_ready: fn(&World)) {
    let world = World {
        ready: Lock::named("ready", false),
        changed: Condition::named("changed"),
    };
    let waiter = || {
        wait_for_ready(&world);
        assert!(*world.ready.lock(), "the wait is over, and it is not ready");
    };
    let setter = || {
        *world.ready.lock() = true;
        world.changed.notify_all();
    };
    together(&[&waiter, &setter]);
}
