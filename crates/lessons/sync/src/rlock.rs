//! RLock: a value that one thread at a time may use, and lock more than once; with a guard that
//! always releases, even in a panic.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::time::Duration;

use thin_lock::ThinLock;

use crate::reentry::Reentry;

/// A re-entrant lock around a value: its owner may lock it again, as when a method that locks calls
/// another one that locks.
///
/// The guard lends `&T` and never `&mut T`, because the owner may hold two guards at once. A value
/// that has to change goes into a `Cell` or a `RefCell`:
///
/// ```
/// let number = sync::RLock::new(std::cell::Cell::new(0));
/// let outer = number.lock();
/// let inner = number.lock(); // A Lock would wait here forever.
/// inner.set(outer.get() + 1);
/// assert_eq!(outer.get(), 1);
/// ```
pub struct RLock<T> {
    lock: Reentry,
    value: T,
}

// SAFETY: only the owner has guards, and with them references to the value. Giving the lock up is a
// Release and taking it an Acquire, so one owner's uses come before the next one's. So the value is used by
// one thread after the other, as if it were sent from each to the next: `T: Send` is enough.
#[expect(unsafe_code, reason = "the lock is what makes a Cell fit to be shared")]
unsafe impl<T: Send> Sync for RLock<T> {}

/// Access to the value of an [`RLock`]. Dropping it releases the lock once. It stays in its thread, the
/// owner, and cannot be shared with others: the marker `PhantomData<*const ()>` is neither `Send` nor `Sync`.
#[must_use = "the lock is released at once if the guard is not kept"]
#[derive(Debug)]
pub struct RLockGuard<'a, T>(&'a RLock<T>, PhantomData<*const ()>);

impl<T> RLock<T> {
    /// A free lock around `value`, called `rlock 1`, `rlock 2`, and so on.
    #[must_use]
    pub const fn new(value: T) -> Self {
        let lock = Reentry::new(ThinLock::of_kind("rlock"));
        Self { lock, value }
    }

    /// A free lock with a name of its own.
    #[must_use]
    pub fn named(name: impl Into<Cow<'static, str>>, value: T) -> Self {
        let lock = Reentry::new(ThinLock::named(name));
        Self { lock, value }
    }

    /// Takes the lock. Blocks, without a limit, while another thread has it.
    #[inline]
    pub fn lock(&self) -> RLockGuard<'_, T> {
        self.lock.enter(ThinLock::acquire); // Waits if it has to.
        self.guard()
    }

    /// Takes the lock unless another thread has it; never blocks.
    #[inline]
    pub fn try_lock(&self) -> Option<RLockGuard<'_, T>> {
        self.lock.enter(ThinLock::try_acquire).then(|| self.guard())
    }

    /// Takes the lock, or returns `None` if it could not be taken within `limit`.
    pub fn lock_timeout(&self, limit: Duration) -> Option<RLockGuard<'_, T>> {
        let taken = self.lock.enter(|lock| lock.acquire_timeout(limit));
        taken.then(|| self.guard())
    }

    /// Returns the value. (No thread can have the lock any more.)
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }

    #[inline]
    fn guard(&self) -> RLockGuard<'_, T> {
        self.lock.thin.trace.acquired(); // For the pictures of a run.
        RLockGuard(self, PhantomData)
    }
}

// By hand: perhaps the caller does not have the lock, so the value must not be read.
impl<T> fmt::Debug for RLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RLock").finish_non_exhaustive()
    }
}

impl<T> Deref for RLockGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.0.value
    }
}

impl<T> Drop for RLockGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.0.lock.thin.trace.releases();
        self.0.lock.leave();
    }
}
