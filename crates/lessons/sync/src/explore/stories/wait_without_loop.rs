//! Wrong: `if` in the place of `while`. Between the notify and the moment when the woken thread
//! has the lock again, another one may take what it was woken for. Right:
//! `Condition::wait_until`, which looks again.

use super::{tell, together};
use crate::{Condition, Lock};

pub(super) fn story() {
    let items = Lock::named("items", 0);
    let changed = Condition::named("changed");
    let take_one = || {
        let mut items = items.lock();
        if *items == 0 {
            items = changed.wait(items);
        }
        tell!("sees {} items", *items);
        assert!(*items > 0, "a thread was woken for an item that is gone");
        *items -= 1;
    };
    let put_two = || {
        for _ in 0..2 {
            *items.lock() += 1;
            changed.notify_one();
        }
    };
    together(&[&take_one, &take_one, &put_two]);
}
