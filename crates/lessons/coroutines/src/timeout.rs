//! A time limit for a wait.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use common::life;
use smol::Timer;

use crate::error::TimedOut;

/// Waits for `future`, for at most `limit` from now. When the time is over, `future` is dropped
/// where it waits. For a default value, add `.unwrap_or(value)`.
///
/// Only a future that waits can be interrupted: one that computes or blocks keeps the thread.
///
/// # Errors
/// [`TimedOut`] when the time was over first.
pub fn timeout<T>(
    limit: Duration,
    future: impl Future<Output = T>,
) -> impl Future<Output = Result<T, TimedOut>> {
    let mut first = Box::pin(first_of(future, Timer::after(limit)));
    poll_fn(move |context| {
        let first = first.as_mut().poll(context);
        first.map(|value| {
            value.ok_or_else(|| {
                life::gives_up("");
                TimedOut { limit }
            })
        })
    })
}

/// The value of `future`, or `None` if it is not ready at the first turn after the time is over.
fn first_of<T>(
    future: impl Future<Output = T>,
    mut timer: Timer,
) -> impl Future<Output = Option<T>> {
    let mut future = Box::pin(future);
    poll_fn(move |context| {
        // Polled first, so that a value that is ready at the very end of the time still counts.
        if let Poll::Ready(value) = future.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        Pin::new(&mut timer).poll(context).map(|_now| None)
    })
}
