//! Wrong: between the look at the flag and the wait, the flag may change and its notify is
//! gone: nobody keeps it. Right: keep the guard, as `Condition::wait_until` does.

use super::{tell, together};
use crate::{Condition, Lock};

pub(super) fn story() {
    let ready = Lock::named("ready", false);
    let changed = Condition::named("changed");
    let wait_for_ready = || {
        let seen = *ready.lock();
        tell!("saw ready = {seen}");
        if !seen {
            drop(changed.wait(ready.lock()));
        }
    };
    let get_ready = || {
        *ready.lock() = true;
        changed.notify_all();
    };
    together(&[&wait_for_ready, &get_ready]);
}
