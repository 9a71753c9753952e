//! Wrong: each thread may get its first lock, and then both wait for the other's. Right: all
//! take them in the same order.

use super::{tell, together};
use crate::Lock;

pub(super) fn story() {
    let [a, b] = ["A", "B"].map(|name| Lock::named(name, 100));
    let from_a_to_b = || {
        let mut from = a.lock();
        let mut to = b.lock();
        *from -= 1;
        *to += 1;
        tell!("moved 1 from A to B");
    };
    let from_b_to_a = || {
        let mut from = b.lock();
        let mut to = a.lock();
        *from -= 1;
        *to += 1;
        tell!("moved 1 from B to A");
    };
    together(&[&from_a_to_b, &from_b_to_a]);
}
