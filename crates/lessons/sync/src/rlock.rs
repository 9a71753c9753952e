//! RLock: one thread at a time, and that one as often as it likes.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::time::Duration;

use crate::raw_rlock::RawRLock;

/// A re-entrant lock around a value: its owner may lock it again, as when a method that locks
/// calls another that locks.
///
/// The guard gives `&T` and never `&mut T`: the owner may hold two guards at once, and two
/// exclusive references to one value cannot be. What has to change goes into a `Cell` or a
/// `RefCell`, as with `ReentrantMutex` of `parking_lot`:
///
/// ```
/// use std::cell::Cell;
///
/// let number = sync::RLock::new(Cell::new(0));
/// let outer = number.lock();
/// let inner = number.lock(); // A Lock would wait here for ever.
/// inner.set(outer.get() + 1);
/// assert_eq!(outer.get(), 1);
/// ```
pub struct RLock<T> {
    raw: RawRLock,
    value: T,
}

// SAFETY: a `&T` is handed out only by a guard, and a guard exists only in the thread that owns
// `raw`: it can be neither sent nor shared (see its marker). So one thread at a time uses the
// value, and the acquire and release of `raw` order one's use before the next one's. For the
// value that is the same as to be sent from thread to thread: `T: Send` is enough, and a `Cell`
// is as good as an atomic integer.
#[expect(unsafe_code, reason = "the lock is what makes a Cell fit to be shared")]
unsafe impl<T: Send> Sync for RLock<T> {}

/// Access to the value of an [`RLock`]. Dropping it releases the lock once; it stays in its
/// thread, and is not to be shared with others either.
#[must_use = "the lock is released at once if the guard is not kept"]
#[derive(Debug)]
pub struct RLockGuard<'a, T> {
    lock: &'a RLock<T>,
    /// A raw pointer is neither `Send` nor `Sync`, and so is what holds one.
    stays_here: PhantomData<*const ()>,
}

impl<T> RLock<T> {
    /// A free lock around `value`, called `rlock 1`, `rlock 2`, and so on.
    #[must_use]
    pub const fn new(value: T) -> Self {
        let raw = RawRLock::new();
        Self { raw, value }
    }

    /// A free lock with a name of its own.
    #[must_use]
    pub fn named(name: impl Into<Cow<'static, str>>, value: T) -> Self {
        let raw = RawRLock::named(name);
        Self { raw, value }
    }

    /// Waits, however long it takes, while another thread holds the lock, and takes it.
    #[inline]
    pub fn lock(&self) -> RLockGuard<'_, T> {
        self.raw.acquire();
        RLockGuard::new(self)
    }

    /// Takes the lock unless another thread holds it; never waits.
    #[inline]
    pub fn try_lock(&self) -> Option<RLockGuard<'_, T>> {
        self.raw.try_acquire().then(|| RLockGuard::new(self))
    }

    /// Waits no longer than `limit` for the lock.
    pub fn lock_timeout(&self, limit: Duration) -> Option<RLockGuard<'_, T>> {
        let got = self.raw.acquire_timeout(limit);
        got.then(|| RLockGuard::new(self))
    }

    /// The value, when nobody else can have the lock any more.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }
}

// By hand: whoever shows a lock need not hold it, so the value must not be looked at.
impl<T> fmt::Debug for RLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RLock").finish_non_exhaustive()
    }
}

impl<'a, T> RLockGuard<'a, T> {
    #[inline]
    fn new(lock: &'a RLock<T>) -> Self {
        let stays_here = PhantomData;
        Self { lock, stays_here }
    }
}

impl<T> Deref for RLockGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.lock.value
    }
}

impl<T> Drop for RLockGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.lock.raw.leave();
    }
}
