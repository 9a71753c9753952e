//! Wrong (B25, B37): to add 1 is to read, to add and to write, and another thread may come in
//! between. Right: [`counter`](super::counter), or `fetch_add`, which is all three in one step.

use shuttle::sync::atomic::{AtomicU32, Ordering};

use super::{tell, together};

pub(super) fn story() {
    let number = AtomicU32::new(0);
    let add_one = || {
        let seen = number.load(Ordering::SeqCst);
        tell!("reads number = {seen}");
        number.store(seen + 1, Ordering::SeqCst);
        tell!("writes number = {}", seen + 1);
    };
    together(&[&add_one, &add_one]);
    let number = number.into_inner();
    assert!(number == 2, "1 was added twice, and the number is {number}");
}
