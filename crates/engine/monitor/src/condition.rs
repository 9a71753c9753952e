//! Condition: wait, with a lock given up meanwhile, until another thread reports a change.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
// Straight from std, also in an explored build: no thread waits for a count.
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use common::Trace;
use explore::primitives::{Condvar, Instant, MutexGuard};

use crate::lock::LockGuard;

/// A place to wait for a change of what a [`Lock`](crate::Lock) guards.
///
/// A notify wakes those that wait *now*; it is not kept for later, and a wait may also end
/// without any. So what is waited for has to be seen in the guarded value, and looked at again
/// after each wait: [`wait_until`](Self::wait_until) does that. Use one condition with one lock.
#[derive(Debug)]
pub struct Condition {
    pub(crate) trace: Trace,
    pub(crate) condvar: Condvar,
    /// How many wait, or have been woken and are on their way. Changed under the lock.
    waiting: AtomicUsize,
}

/// The limit of a [`Condition`]'s wait was reached. Holds the guard: the lock is
/// held again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TimedOut<G>(pub G);

impl Condition {
    /// A condition that no thread waits for, called `condition 1`, `condition 2`, and so on.
    #[must_use]
    pub const fn new() -> Self {
        Self::traced(Trace::at_first_use("condition"))
    }

    /// A condition with a name of its own.
    #[must_use]
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self::traced(Trace::named_own(name))
    }

    pub(crate) const fn traced(trace: Trace) -> Self {
        Self {
            trace,
            condvar: Condvar::new(),
            waiting: AtomicUsize::new(0),
        }
    }

    /// Releases the lock, waits for a notify, and takes the lock again before it returns.
    ///
    /// It may return without a notify. Releasing and beginning to wait are one step: a notify by
    /// a thread that holds the lock cannot fall in between.
    pub fn wait<'a, T>(&self, guard: LockGuard<'a, T>) -> LockGuard<'a, T> {
        let (guard, ()) = self.sleep(guard, |value| {
            self.trace.waits();
            (self.condvar.wait(value), ())
        });
        guard
    }

    /// As [`wait`](Self::wait), but waits no longer than `limit` for the notify (and then as long
    /// as it takes for the lock).
    ///
    /// # Errors
    /// [`TimedOut`], with the guard, when no notify came.
    pub fn wait_timeout<'a, T>(
        &self,
        guard: LockGuard<'a, T>,
        limit: Duration,
    ) -> Result<LockGuard<'a, T>, TimedOut<LockGuard<'a, T>>> {
        let (guard, timed_out) = self.sleep(guard, |value| {
            self.trace.waits_for_a_time();
            let (value, timed_out) = self.condvar.wait_timeout(value, limit);
            if timed_out {
                self.trace.gives_up();
            }
            (value, timed_out)
        });
        if timed_out {
            return Err(TimedOut(guard));
        }
        Ok(guard)
    }

    fn sleep<'a, T, R>(
        &self,
        guard: LockGuard<'a, T>,
        wait: impl FnOnce(MutexGuard<'a, T>) -> (MutexGuard<'a, T>, R),
    ) -> (LockGuard<'a, T>, R) {
        guard.while_released(|value| {
            self.waiting.fetch_add(1, Ordering::Relaxed);
            let woken = wait(value);
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            woken
        })
    }

    /// Waits until `holds` is true of the guarded value; does not wait if it is already.
    pub fn wait_until<'a, T>(
        &self,
        mut guard: LockGuard<'a, T>,
        holds: impl Fn(&T) -> bool,
    ) -> LockGuard<'a, T> {
        while !holds(&guard) {
            guard = self.wait(guard);
        }
        guard
    }

    /// As [`wait_until`](Self::wait_until), but waits no longer than `limit`.
    ///
    /// # Errors
    /// [`TimedOut`], with the guard, when it is still not true then.
    pub fn wait_until_timeout<'a, T>(
        &self,
        mut guard: LockGuard<'a, T>,
        limit: Duration,
        holds: impl Fn(&T) -> bool,
    ) -> Result<LockGuard<'a, T>, TimedOut<LockGuard<'a, T>>> {
        let since = Instant::now();
        while !holds(&guard) {
            let Some(left) = limit.checked_sub(since.elapsed()) else {
                return Err(TimedOut(guard));
            };
            // Whether by a notify or by time: the value decides.
            guard = match self.wait_timeout(guard, left) {
                Ok(guard) | Err(TimedOut(guard)) => guard,
            };
        }
        Ok(guard)
    }

    /// Wakes one of the threads that wait, if there is one. Never waits.
    pub fn notify_one(&self) {
        self.trace.changes();
        self.condvar.notify_one();
    }

    /// Wakes at most `count` of the threads that wait. Never waits.
    pub fn notify(&self, count: usize) {
        self.trace.changes();
        let waiting = self.waiting.load(Ordering::Relaxed);
        for _ in 0..count.min(waiting) {
            self.condvar.notify_one();
        }
    }

    /// Wakes all threads that wait. Never waits.
    pub fn notify_all(&self) {
        self.trace.changes();
        self.condvar.notify_all();
    }
}

impl Default for Condition {
    fn default() -> Self {
        Self::new()
    }
}

// By hand, as a guard in it need not be shown.
impl<G> fmt::Debug for TimedOut<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimedOut").finish_non_exhaustive()
    }
}

impl<G> fmt::Display for TimedOut<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("waited to the limit for a condition; wait longer, or see who should notify")
    }
}

impl<G> Error for TimedOut<G> {}
