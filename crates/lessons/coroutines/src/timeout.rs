//! An end to waiting.

use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use common::{EventId, Kind, record};
use smol::Timer;

/// The time was over first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedOut {
    /// The time that was given.
    pub limit: Duration,
}

/// Waits for `future`, but not longer than `limit` from now. When the time is over, `future` is
/// dropped where it waits. For a value to use instead, add `.unwrap_or(value)`.
///
/// Only a future that waits can be left: one that computes or blocks keeps the thread.
///
/// # Errors
/// [`TimedOut`] when the time was over first.
pub fn timeout<T>(
    limit: Duration,
    future: impl Future<Output = T>,
) -> impl Future<Output = Result<T, TimedOut>> {
    // In a box: an `async` block would have room for it twice, as what it captured and as what
    // it awaits, and timeouts stand within each other.
    let mut future = Box::pin(future);
    let mut timer = Timer::after(limit);
    poll_fn(move |context| {
        // First, so that what is ready at the very end of the time still counts.
        if let Poll::Ready(value) = future.as_mut().poll(context) {
            return Poll::Ready(Ok(value));
        }
        let over = Pin::new(&mut timer).poll(context);
        if over.is_ready() {
            record(Kind::GiveUp, "", format_args!(""), EventId::NONE);
        }
        over.map(|_now| Err(TimedOut { limit }))
    })
}

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not done within {:?}; give it more time", self.limit)
    }
}

impl Error for TimedOut {}
