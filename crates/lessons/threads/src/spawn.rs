//! A thread that is named by a counter.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::StartError;
use crate::handle::{Thread, start};

/// Starts a thread as [`start`] does, with a numbered name: `Thread-1`, `Thread-2`, and so on.
///
/// # Errors
/// Those of [`start`].
pub fn spawn<T: Send + 'static>(
    function: impl FnOnce() -> T + Send + 'static,
) -> Result<Thread<T>, StartError> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    start(format!("Thread-{number}"), function)
}
