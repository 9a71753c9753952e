//! Items under a lock, two threads that take one each, and one that puts two.

use explore::together;
use sync::{Condition, Lock};

pub(crate) struct World {
    pub(crate) items: Lock<Items>,
    pub(crate) changed: Condition,
}

#[derive(Default)]
pub(crate) struct Items {
    count: usize,
    taken: usize,
}

impl Items {
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn take(&mut self) {
        assert!(
            self.count > 0,
            "a thread was woken for an item that is gone"
        );
        self.count -= 1;
        self.taken += 1;
    }
}

pub(crate) fn story(take_one: fn(&World)) {
    let world = World {
        items: Lock::named("items", Items::default()),
        changed: Condition::named("changed"),
    };
    let put_two = || {
        for _ in 0..2 {
            world.items.lock().count += 1;
            world.changed.notify_one();
        }
    };
    together(&[&|| take_one(&world), &|| take_one(&world), &put_two]);
    let taken = world.items.into_inner().taken;
    assert!(taken == 2, "there were two to take, and {taken} were taken");
}
