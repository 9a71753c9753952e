//! Wrong (B33): "released" is told when it is true already, and the other thread's "locked" may
//! be told before it. Right: tell it first, while the lock is still held.

use shuttle::sync::atomic::{AtomicU32, Ordering};

use super::{tell, together};
use crate::Lock;

pub(super) fn story() {
    let number = Lock::named("mylock", 0);
    // How many have the lock, for somebody who knows only what was told; and the most of them.
    let [owners, most] = [0, 0].map(AtomicU32::new);
    let add_one = || {
        let mut guard = number.lock();
        tell!("says: locked,Number:{}", *guard);
        most.fetch_max(1 + owners.fetch_add(1, Ordering::SeqCst), Ordering::SeqCst);
        *guard += 1;
        drop(guard);
        owners.fetch_sub(1, Ordering::SeqCst);
        tell!("says: released");
    };
    together(&[&add_one, &add_one]);
    let most = most.into_inner();
    assert!(
        most == 1,
        "if one believes what was said, {most} threads had the lock"
    );
}
