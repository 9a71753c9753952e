//! std's mutex and condition variable, without poison.
//!
//! std marks a mutex as poisoned if a thread panics while it holds it, and from then on returns an
//! error with each guard. The data that `sync` and `threads` guard is consistent at every point
//! where a panic can come, so they ignore poison; these types do that in one place.

use std::sync::{PoisonError, TryLockError};
use std::time::Duration;

#[cfg(not(explore))]
use std::sync as real;

#[cfg(explore)]
use shuttle::sync as real;

/// A mutex that returns the guard without a `Result`: [`std::sync::Mutex`] without poison.
#[derive(Debug, Default)]
pub struct Mutex<T>(real::Mutex<T>);

/// The value of a [`Mutex`] that this thread has locked. Dropping it unlocks the mutex.
#[cfg(not(explore))]
pub type MutexGuard<'a, T> = real::MutexGuard<'a, T>;

/// The value of a [`Mutex`] that this thread has locked. Dropping it unlocks the mutex.
#[cfg(explore)]
#[derive(Debug)]
pub struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
    locked: real::MutexGuard<'a, T>,
}

#[cfg(explore)]
impl<T> std::ops::Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.locked
    }
}

#[cfg(explore)]
impl<T> std::ops::DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.locked
    }
}

impl<T> Mutex<T> {
    /// A mutex that is not locked.
    pub const fn new(value: T) -> Self {
        Self(real::Mutex::new(value))
    }

    /// Locks the mutex. Blocks, without a limit, while another thread has it; a thread that already
    /// has it waits forever.
    #[inline]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.guard(self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    #[cfg(not(explore))]
    #[inline]
    #[expect(clippy::unused_self, reason = "the stand-in knows its mutex")]
    fn guard<'a>(&'a self, locked: real::MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        locked
    }

    #[cfg(explore)]
    fn guard<'a>(&'a self, locked: real::MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        let mutex = self;
        MutexGuard { mutex, locked }
    }

    /// Locks the mutex if no thread has it; never blocks.
    #[inline]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        match self.0.try_lock() {
            Ok(locked) => Some(self.guard(locked)),
            Err(TryLockError::Poisoned(locked)) => Some(self.guard(locked.into_inner())),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Returns the value.
    pub fn into_inner(self) -> T {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place to sleep until another thread notifies of a change: [`std::sync::Condvar`] without
/// poison.
#[derive(Debug, Default)]
pub struct Condvar(real::Condvar);

impl Condvar {
    /// A condition variable at which no thread sleeps.
    pub const fn new() -> Self {
        Self(real::Condvar::new())
    }

    /// Unlocks the mutex and sleeps, in one step, until a notify; then locks it again. It may
    /// wake without a notify.
    #[cfg(not(explore))]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        self.0.wait(guard).unwrap_or_else(PoisonError::into_inner)
    }

    /// Unlocks the mutex and sleeps, in one step, until a notify; then locks it again. It wakes
    /// without a notify if the story demands that.
    #[cfg(explore)]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        let MutexGuard { mutex, locked } = guard;
        if crate::time::is_woken_for_nothing() {
            crate::log::tell_step(format_args!("wakes without a notify"));
            drop(locked);
            return mutex.lock();
        }
        let locked = crate::log::asleep(|| self.0.wait(locked));
        mutex.guard(locked.unwrap_or_else(PoisonError::into_inner))
    }

    /// Like [`wait`](Self::wait), but sleeps for `limit` at most; also returns whether the time was
    /// over.
    #[cfg(not(explore))]
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        limit: Duration,
    ) -> (MutexGuard<'a, T>, bool) {
        let woken = self.0.wait_timeout(guard, limit);
        let (guard, how) = woken.unwrap_or_else(PoisonError::into_inner);
        (guard, how.timed_out())
    }

    /// Like [`wait`](Self::wait), but sleeps for `limit` at most; also returns whether the time was
    /// over. Unless the story lets time pass, that is so only for a limit of zero.
    #[cfg(explore)]
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        limit: Duration,
    ) -> (MutexGuard<'a, T>, bool) {
        if limit.is_zero() {
            crate::time::tick();
            return (guard, true);
        }
        crate::story::waits_up_to(limit);
        if let Some(late) = crate::time::late(limit) {
            let guard = self.wait(guard);
            crate::time::pass_until(late);
            return (guard, false);
        }
        if !crate::time::is_passing() {
            return (self.wait(guard), false);
        }
        let mutex = guard.mutex;
        drop(guard);
        let is_over = crate::time::pass(limit);
        (mutex.lock(), is_over)
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
