//! Lock and Condition as one.

use std::borrow::Cow;
use std::fmt::Debug;
use std::time::Duration;

use common::Trace;

use crate::condition::{Condition, TimedOut};
use crate::lock::{Lock, LockGuard};

/// A value behind a lock, and the condition of its changes.
///
/// On the timeline it is one thing: it has a value, and threads wait for it. Its lock, which no
/// thread holds for long, is an inner part of it.
#[derive(Debug)]
pub struct Monitor<T> {
    value: Lock<T>,
    /// Has the name of the whole.
    changed: Condition,
}

impl<T> Monitor<T> {
    /// A monitor of `value`, called by its kind and a number: `semaphore 1`, `semaphore 2`.
    #[must_use]
    pub const fn of_kind(kind: &'static str, value: T) -> Self {
        Self {
            value: Lock::new(value),
            changed: Condition::traced(Trace::at_first_use(kind)),
        }
    }

    /// A monitor of `value`, with a name of its own.
    #[must_use]
    pub fn named(name: impl Into<Cow<'static, str>>, value: T) -> Self {
        Self {
            value: Lock::new(value),
            changed: Condition::named(name),
        }
    }

    /// Locks the value. Blocks, without a limit, while another thread has it.
    pub fn lock(&self) -> LockGuard<'_, T> {
        self.value.lock_inside(&self.changed.trace)
    }

    /// Waits until `holds` is true of the locked value, which is unlocked meanwhile; does not wait
    /// if it is already.
    pub fn wait_until<'a>(
        &self,
        value: LockGuard<'a, T>,
        holds: impl Fn(&T) -> bool,
    ) -> LockGuard<'a, T> {
        self.changed.wait_until(value, holds)
    }

    /// As [`wait_until`](Self::wait_until), but waits no longer than `limit`.
    ///
    /// # Errors
    /// [`TimedOut`], with the guard, when it is still not true then.
    pub fn wait_until_timeout<'a>(
        &self,
        value: LockGuard<'a, T>,
        limit: Duration,
        holds: impl Fn(&T) -> bool,
    ) -> Result<LockGuard<'a, T>, TimedOut<LockGuard<'a, T>>> {
        self.changed.wait_until_timeout(value, limit, holds)
    }

    /// Wakes one of the threads that wait, if there is one. Never waits.
    pub fn notify_one(&self) {
        self.changed.condvar.notify_one();
    }

    /// Wakes all threads that wait. Never waits.
    pub fn notify_all(&self) {
        self.changed.condvar.notify_all();
    }

    /// Records that the value, or what there is to know of it, is now this; for the thread that has
    /// locked it.
    pub fn is_now(&self, value: &impl Debug) {
        self.changed.trace.is_now(value);
    }

    /// Its name in pictures, and in errors.
    pub fn name(&self) -> &str {
        self.changed.trace.name()
    }
}
