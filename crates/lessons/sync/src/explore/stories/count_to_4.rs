//! Right: the program of 2.2. The number goes up by one each time, whoever comes when.

use std::cell::Cell;

use super::{tell, together};
use crate::RLock;

pub(super) fn story() {
    let number = RLock::named("mylock", Cell::new(0));
    let count_to_4 = || {
        loop {
            let number = number.lock();
            let before = number.get();
            tell!("locked,Number:{before}");
            if before < 4 {
                number.set(before + 1);
            }
            tell!("released,Number:{}", number.get());
            if before >= 4 {
                return;
            }
        }
    };
    together(&[&count_to_4, &count_to_4]);
    assert_eq!(number.into_inner().get(), 4);
}
