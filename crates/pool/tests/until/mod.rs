//! Waiting for something that nobody tells of.

use std::thread;
use std::time::{Duration, Instant};

/// Waits until it is so, for five seconds at most.
pub(crate) fn until(what: &str, is_so: impl Fn() -> bool) {
    let limit = Instant::now() + Duration::from_secs(5);
    while !is_so() {
        assert!(Instant::now() < limit, "{what}");
        thread::yield_now();
    }
}
