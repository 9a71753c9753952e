//! Waiting for whichever of several receivers is ready.

use std::time::Duration;

use crate::Receiver;

/// Waits until one of `receivers` has something to receive, a message or the end of its stream,
/// but not longer than `limit`; returns its place in the list, the first if there are several.
/// What is there stays there. With an empty list it returns `None` at once.
#[must_use]
pub fn wait_any<T>(receivers: &[&Receiver<T>], limit: Duration) -> Option<usize> {
    let readers: Vec<_> = receivers.iter().map(|receiver| &receiver.0).collect();
    ring::wait_any(&readers, limit)
}
