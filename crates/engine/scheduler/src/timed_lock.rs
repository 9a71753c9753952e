//! A lock with a limit on the wait. (std's `Mutex` has none.)

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

#[derive(Debug, Default)]
pub(crate) struct TimedLock {
    is_held: Mutex<bool>,
    released: Condvar,
}

/// Shows that the calling thread has the lock. Drop releases it.
#[derive(Debug)]
pub(crate) struct TimedLockGuard<'a>(&'a TimedLock);

impl TimedLock {
    /// Takes the lock, or returns `None` if other threads had it for all of `limit`.
    pub(crate) fn lock_timeout(&self, limit: Duration) -> Option<TimedLockGuard<'_>> {
        let waited = self
            .released
            .wait_timeout_while(self.is_held(), limit, |is_held| *is_held);
        let (mut is_held, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return None;
        }
        *is_held = true;
        Some(TimedLockGuard(self))
    }

    fn is_held(&self) -> MutexGuard<'_, bool> {
        // Nothing panics under this mutex.
        self.is_held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for TimedLockGuard<'_> {
    fn drop(&mut self) {
        *self.0.is_held() = false;
        self.0.released.notify_one();
    }
}
