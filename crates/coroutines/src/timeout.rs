//! An end to waiting.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use smol::Timer;
use smol::future::or;

/// The time was over first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedOut {
    /// The time that was given.
    pub limit: Duration,
}

/// Waits for `future`, but not longer than `limit`. When the time is over, `future` is dropped
/// where it waits. For a value to use instead, add `.unwrap_or(value)`.
///
/// Only a future that waits can be left: one that computes or blocks keeps the thread.
///
/// # Errors
/// [`TimedOut`] when the time was over first.
pub async fn timeout<T>(limit: Duration, future: impl Future<Output = T>) -> Result<T, TimedOut> {
    let in_time = async { Ok(future.await) };
    let too_late = async {
        Timer::after(limit).await;
        Err(TimedOut { limit })
    };
    // Asks the left one first: what is ready at the very end of the time still counts.
    or(in_time, too_late).await
}

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not done within {:?}; give it more time", self.limit)
    }
}

impl Error for TimedOut {}
