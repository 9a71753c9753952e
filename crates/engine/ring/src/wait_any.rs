//! Waiting for whichever of several readers is ready.

use std::time::{Duration, Instant};

use crate::MessageReader;
use crate::sleep::sleep;
use crate::tuning::wait_awake;

/// Waits until one of `readers` has something to read, a message or the end, but not longer than
/// `limit`; returns its place in the list, the first if there are several. What is there stays
/// there. With an empty list it returns `None` at once.
#[must_use]
pub fn wait_any<T: ?Sized>(readers: &[&MessageReader<T>], limit: Duration) -> Option<usize> {
    if readers.is_empty() {
        return None;
    }
    let deadline = Instant::now().checked_add(limit);
    // As for a single reader: first awake, then asleep.
    let has_piece = |reader: &&MessageReader<T>| reader.reader.borrow().has_piece();
    wait_awake(deadline, || readers.iter().any(has_piece));
    loop {
        // All of them, not only up to the first that is ready: each says that it sleeps.
        let prepare = |reader: &&MessageReader<T>| reader.reader.borrow_mut().prepare_sleep();
        let sleeps: Vec<Option<Duration>> = readers.iter().map(prepare).collect();
        if let Some(place) = sleeps.iter().position(Option::is_none) {
            return Some(place);
        }
        let longest = sleeps.into_iter().flatten().min().unwrap_or_default();
        if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            return None;
        }
        let borrowed: Vec<_> = readers.iter().map(|one| one.reader.borrow()).collect();
        let mut bells: Vec<_> = borrowed.iter().map(|one| one.as_poll_fd()).collect();
        sleep(&mut bells, deadline, longest);
    }
}
