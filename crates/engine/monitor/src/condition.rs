//! Condition: releases a lock and waits, until another thread notifies of a change.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
// Straight from std, also in an explored build: no thread waits for this count.
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use common::Trace;
use explore::primitives::{Condvar, Instant, MutexGuard};

use crate::lock::LockGuard;

/// A place to wait for a change of the value that a [`Lock`](crate::Lock) guards.
///
/// A notify wakes the threads that wait *now*; it is not kept for later, and a wait may also end
/// without one. So the guarded value has to show what a thread waits for, and the thread has to check
/// it after each wait: [`wait_until`](Self::wait_until) does that. Use one condition with one lock.
#[derive(Debug)]
pub struct Condition {
    pub(crate) trace: Trace,
    pub(crate) condvar: Condvar,
    /// How many threads wait, or have been woken and are about to return. Changed under the lock.
    waiting: AtomicUsize,
}

/// The limit of a [`Condition`]'s wait was reached. Holds the guard: the lock is taken again.
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
    /// It may return without a notify. The release and the start of the wait are one step: no
    /// notify by a thread that holds the lock can be lost in between.
    pub fn wait<'a, T>(&self, guard: LockGuard<'a, T>) -> LockGuard<'a, T> {
        let (guard, ()) = self.sleep(guard, |value| {
            self.trace.waits();
            (self.condvar.wait(value), ())
        });
        guard
    }

    /// Waits like [`wait`](Self::wait), but for `limit` at most; then it takes the lock again,
    /// however long that takes.
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

    /// Waits until `holds` is true of the guarded value; returns at once if it is.
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

    /// Waits like [`wait_until`](Self::wait_until), for `limit` at most.
    ///
    /// # Errors
    /// [`TimedOut`], with the guard, if it is still not true then.
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
            // Woken by a notify or by the limit: the value decides.
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

// By hand, since a guard in it need not implement `Debug`.
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
