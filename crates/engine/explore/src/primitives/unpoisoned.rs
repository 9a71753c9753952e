//! std's mutex and condition variable, without poison.
//!
//! std marks a mutex as poisoned when a thread panics while it holds it, and from then on returns
//! an error beside each guard. What `sync` and `threads` guard is whole again at every point where
//! a panic can come, so they go on; here that is said once.

use std::sync::{PoisonError, TryLockError};
use std::time::Duration;

#[cfg(not(explore))]
use std::sync as real;

#[cfg(explore)]
use shuttle::sync as real;

/// A mutex whose guard comes alone: [`std::sync::Mutex`] without poison.
#[derive(Debug, Default)]
pub struct Mutex<T>(real::Mutex<T>);

/// The value of a [`Mutex`] that this thread has locked. Dropping it unlocks the mutex.
pub type MutexGuard<'a, T> = real::MutexGuard<'a, T>;

impl<T> Mutex<T> {
    /// A mutex that is not locked.
    pub const fn new(value: T) -> Self {
        Self(real::Mutex::new(value))
    }

    /// Locks it. Blocks, without a limit, while another thread has it; a thread that has it itself
    /// waits forever.
    #[inline]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks it if no thread has it; never blocks.
    #[inline]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        match self.0.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(guard)) => Some(guard.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place to sleep until another thread notifies of a change: [`std::sync::Condvar`] without
/// poison.
#[derive(Debug, Default)]
pub struct Condvar(real::Condvar);

impl Condvar {
    /// One that no thread sleeps at.
    pub const fn new() -> Self {
        Self(real::Condvar::new())
    }

    /// Unlocks the mutex and sleeps, in one step, until a notify; then locks it again. It may
    /// wake without a notify.
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        self.0.wait(guard).unwrap_or_else(PoisonError::into_inner)
    }

    /// As [`wait`](Self::wait), but sleeps no longer than `limit`; returns also whether the time
    /// was over.
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        limit: Duration,
    ) -> (MutexGuard<'a, T>, bool) {
        // To the checker no time passes; only a wait without any is over.
        if cfg!(explore) && limit.is_zero() {
            return (guard, true);
        }
        #[cfg(explore)]
        crate::story::waits_up_to(limit);
        let woken = self.0.wait_timeout(guard, limit);
        let (guard, how) = woken.unwrap_or_else(PoisonError::into_inner);
        (guard, how.timed_out())
    }

    /// Wakes one of the threads that sleep, if there is one; never blocks.
    pub fn notify_one(&self) {
        self.0.notify_one();
    }

    /// Wakes all threads that sleep; never blocks.
    pub fn notify_all(&self) {
        self.0.notify_all();
    }
}
