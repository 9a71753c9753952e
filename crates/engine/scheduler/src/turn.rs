//! Threads that take turns, and wait for their own no longer than a limit. (std's `Mutex` waits without
//! one.)

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What one thread at a time may do.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    is_taken: Mutex<bool>,
    is_over: Condvar,
}

/// It is the turn of the thread that has this. Drop ends it.
#[derive(Debug)]
pub(crate) struct Turn<'a>(&'a Turns);

impl Turns {
    /// Waits for the turn of the calling thread, for at most `limit`.
    pub(crate) fn take(&self, limit: Duration) -> Option<Turn<'_>> {
        let waited = self
            .is_over
            .wait_timeout_while(self.is_taken(), limit, |is_taken| *is_taken);
        let (mut is_taken, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return None;
        }
        *is_taken = true;
        Some(Turn(self))
    }

    fn is_taken(&self) -> MutexGuard<'_, bool> {
        // Nothing panics under this lock.
        self.is_taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.is_taken() = false;
        self.0.is_over.notify_one();
    }
}
