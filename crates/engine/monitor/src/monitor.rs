//! A lock and a condition as one object.

use std::borrow::Cow;
use std::fmt::Debug;
use std::time::Duration;

use common::Trace;

use crate::condition::{Condition, TimedOut};
use crate::guard::MonitorGuard;
use crate::lock::Lock;

/// A value behind a lock, with a condition for its changes.
///
/// The timeline shows it as one object, with the value's `Debug` text and the threads that wait for
/// it. The lock, which no thread holds for long, is an inner part.
#[derive(Debug)]
pub struct Monitor<T: Debug> {
    value: Lock<T>,
    /// Its trace has the name of the whole monitor.
    changed: Condition,
}

impl<T: Debug> Monitor<T> {
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
    pub fn lock(&self) -> MonitorGuard<'_, T> {
        let whole = &self.changed.trace;
        MonitorGuard::new(self.value.lock_inside(whole), whole)
    }

    /// Waits until `holds` is true of the locked value, which is unlocked meanwhile; returns at
    /// once if it is.
    pub fn wait_until<'a>(
        &'a self,
        value: MonitorGuard<'a, T>,
        holds: impl Fn(&T) -> bool,
    ) -> MonitorGuard<'a, T> {
        let value = self.changed.wait_until(value.into_inner(), holds);
        MonitorGuard::new(value, &self.changed.trace)
    }

    /// Waits like [`wait_until`](Self::wait_until), for `limit` at most.
    ///
    /// # Errors
    /// [`TimedOut`], with the guard, if it is still not true then.
    pub fn wait_until_timeout<'a>(
        &'a self,
        value: MonitorGuard<'a, T>,
        limit: Duration,
        holds: impl Fn(&T) -> bool,
    ) -> Result<MonitorGuard<'a, T>, TimedOut<MonitorGuard<'a, T>>> {
        let guarded = |value| MonitorGuard::new(value, &self.changed.trace);
        let waited = self
            .changed
            .wait_until_timeout(value.into_inner(), limit, holds);
        match waited {
            Ok(value) => Ok(guarded(value)),
            Err(TimedOut(value)) => Err(TimedOut(guarded(value))),
        }
    }

    /// Wakes one of the threads that wait, if there is one. Never waits.
    pub fn notify_one(&self) {
        self.changed.condvar.notify_one();
    }

    /// Wakes all threads that wait. Never waits.
    pub fn notify_all(&self) {
        self.changed.condvar.notify_all();
    }

    /// Its name in pictures, and in errors.
    pub fn name(&self) -> &str {
        self.changed.trace.name()
    }
}
