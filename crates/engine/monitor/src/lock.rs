//! Lock: lets in one thread at a time.

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use common::Trace;
use explore::primitives::{Instant, Mutex, MutexGuard, sleep};

/// A lock around a value: `std::sync::Mutex` with a name, a limit on waiting, and no poison.
///
/// A thread that holds it and locks it again waits for itself, forever. Where that can happen, use
/// an `RLock`.
#[derive(Debug)]
pub struct Lock<T> {
    trace: Trace,
    value: Mutex<T>,
}

/// Access to the value of a [`Lock`]. Dropping it releases the lock; it cannot leave its thread.
#[must_use = "the lock is released at once if the guard is not kept"]
#[derive(Debug)]
pub struct LockGuard<'a, T> {
    // Dropped in this order: the release is recorded before another thread can take the lock.
    releases: ReleasesOnDrop<'a>,
    value: MutexGuard<'a, T>,
}

impl<T> Lock<T> {
    /// The time between two attempts of [`lock_timeout`](Self::lock_timeout).
    const POLL: Duration = Duration::from_millis(1);

    /// A free lock around `value`, called `lock 1`, `lock 2`, and so on.
    #[must_use]
    pub const fn new(value: T) -> Self {
        Self {
            trace: Trace::at_first_use("lock"),
            value: Mutex::new(value),
        }
    }

    /// A free lock with a name of its own.
    #[must_use]
    pub fn named(name: impl Into<Cow<'static, str>>, value: T) -> Self {
        Self {
            trace: Trace::named_own(name),
            value: Mutex::new(value),
        }
    }

    /// Takes the lock. Blocks, without a limit, while another thread has it.
    #[inline]
    pub fn lock(&self) -> LockGuard<'_, T> {
        if let Some(guard) = self.try_lock() {
            return guard;
        }
        self.trace.waits();
        LockGuard::new(&self.trace, self.value.lock())
    }

    /// Takes the lock, as an inner part of `whole`: pictures show it with `--detail` only.
    pub(crate) fn lock_inside(&self, whole: &Trace) -> LockGuard<'_, T> {
        self.trace.is_part("lock", whole);
        self.lock()
    }

    /// Takes the lock if it is free; never blocks.
    #[inline]
    pub fn try_lock(&self) -> Option<LockGuard<'_, T>> {
        let value = self.value.try_lock()?;
        Some(LockGuard::new(&self.trace, value))
    }

    /// Takes the lock, or returns `None` if it was not free within `limit`.
    ///
    /// std's `Mutex` cannot wait with a limit, so this tries every millisecond: threads that wait in
    /// [`lock`](Self::lock) can overtake it.
    pub fn lock_timeout(&self, limit: Duration) -> Option<LockGuard<'_, T>> {
        let since = Instant::now();
        self.trace.waits_for_a_time();
        loop {
            if let Some(guard) = self.try_lock() {
                return Some(guard);
            }
            let Some(left) = limit.checked_sub(since.elapsed()) else {
                self.trace.gives_up();
                return None;
            };
            sleep(left.min(Self::POLL));
        }
    }

    /// Returns the value. (No thread can have the lock any more.)
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<'a, T> LockGuard<'a, T> {
    fn new(trace: &'a Trace, value: MutexGuard<'a, T>) -> Self {
        trace.acquired();
        Self {
            releases: ReleasesOnDrop(trace),
            value,
        }
    }

    /// Releases the lock while `wait` waits, and returns with the lock taken again. `wait` takes the
    /// std guard and returns it, as std's `Condvar` does.
    pub(crate) fn while_released<R>(
        self,
        wait: impl FnOnce(MutexGuard<'a, T>) -> (MutexGuard<'a, T>, R),
    ) -> (Self, R) {
        let Self { releases, value } = self;
        let trace = releases.0;
        drop(releases);
        let (value, result) = wait(value);
        (Self::new(trace, value), result)
    }
}

impl<T> Deref for LockGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for LockGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

/// Records the release of a lock when it is dropped.
#[derive(Debug)]
struct ReleasesOnDrop<'a>(&'a Trace);

impl Drop for ReleasesOnDrop<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.releases();
    }
}
