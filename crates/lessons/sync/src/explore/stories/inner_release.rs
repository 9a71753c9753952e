//! Wrong: a re-entrant lock that does not count. It is free after the first release, though its
//! owner took it twice. Right: `RawRLock`, which gives up at depth 0.

use std::time::Duration;

use shuttle::sync::atomic::{AtomicBool, Ordering};

use super::{tell, together};
use crate::ownership::Ownership;

pub(super) fn story() {
    let lock = Careless(Ownership::new());
    let inside = AtomicBool::new(false);
    let twice = || {
        lock.acquire();
        tell!("is inside");
        let other = inside.swap(true, Ordering::SeqCst);
        assert!(!other, "two threads are inside");
        lock.acquire();
        lock.release();
        tell!("released the inner one");
        inside.store(false, Ordering::SeqCst);
        lock.release();
    };
    together(&[&twice, &twice]);
}

struct Careless(Ownership);

impl Careless {
    fn acquire(&self) {
        if !self.0.is_mine() && !self.0.try_take() {
            self.0.take_timeout(Duration::MAX);
        }
    }

    fn release(&self) {
        self.0.give_up();
    }
}
