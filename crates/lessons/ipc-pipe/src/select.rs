//! Waiting until one of several receivers is ready.

use std::time::Duration;

use crate::Receiver;

/// Waits until one of `receivers` has a message or is at the end of its stream, at most for
/// `limit`. Returns its index, the lowest if several are ready, or `None` at the limit. The message
/// stays in the pipe. With an empty list it returns `None` at once.
#[must_use]
pub fn wait_any<T>(receivers: &[&Receiver<T>], limit: Duration) -> Option<usize> {
    let readers: Vec<_> = receivers.iter().map(|receiver| &receiver.0).collect();
    ring::wait_any(&readers, limit)
}
