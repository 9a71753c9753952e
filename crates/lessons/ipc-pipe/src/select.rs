//! Waiting for whichever of several receivers is ready.

use std::time::{Duration, Instant};

use crate::ring::wait_awake;
use crate::{Receiver, bell};

/// Waits until one of `receivers` has something to receive, a message or the end of its stream,
/// but not longer than `limit`; gives its place in the list, the first if there are several.
/// What is there stays there. With an empty list it gives `None` at once.
#[must_use]
pub fn wait_any<T>(receivers: &[&Receiver<T>], limit: Duration) -> Option<usize> {
    if receivers.is_empty() {
        return None;
    }
    let deadline = Instant::now().checked_add(limit);
    // As for a single receiver: first awake, then asleep.
    let has_piece = |receiver: &&Receiver<T>| receiver.reader().borrow().has_piece();
    wait_awake(deadline, || receivers.iter().any(has_piece));
    loop {
        // All of them, not only up to the first that is ready: each says that it sleeps.
        let prepare = |receiver: &&Receiver<T>| receiver.reader().borrow_mut().prepare_sleep();
        let sleeps: Vec<Option<Duration>> = receivers.iter().map(prepare).collect();
        if let Some(place) = sleeps.iter().position(Option::is_none) {
            return Some(place);
        }
        let longest = sleeps.into_iter().flatten().min().unwrap_or_default();
        if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            return None;
        }
        let readers: Vec<_> = receivers
            .iter()
            .map(|receiver| receiver.reader().borrow())
            .collect();
        let mut bells: Vec<_> = readers.iter().map(|reader| reader.as_poll_fd()).collect();
        bell::sleep(&mut bells, deadline, longest);
    }
}
