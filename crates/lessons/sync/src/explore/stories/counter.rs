//! Right: one guard is held over reading and writing.

use super::{tell, together};
use crate::Lock;

pub(super) fn story() {
    let number = Lock::named("lock", 0);
    let add_one = || {
        let mut number = number.lock();
        let seen = *number;
        tell!("reads number = {seen}");
        *number = seen + 1;
        tell!("writes number = {}", seen + 1);
    };
    together(&[&add_one, &add_one]);
    let number = number.into_inner();
    assert!(number == 2, "1 was added twice, and the number is {number}");
}
