//! Lock and Condition as one.

use std::borrow::Cow;
use std::fmt::Debug;
use std::time::Duration;

use common::Trace;

use crate::condition::{Condition, TimedOut};
use crate::guard::MonitorGuard;
use crate::lock::Lock;

/// A value behind a lock, and the condition of its changes.
///
/// On the timeline it is one thing: it has a value, as its `Debug` shows it, and threads wait for it.
/// Its lock, which no thread holds for long, is an inner part of it.
#[derive(Debug)]
pub struct Monitor<T: Debug> {
    value: Lock<T>,
    /// Has the name of the whole.
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

    /// Waits until `holds` is true of the locked value, which is unlocked meanwhile; does not wait
    /// if it is already.
    pub fn wait_until<'a>(
        &'a self,
        value: MonitorGuard<'a, T>,
        holds: impl Fn(&T) -> bool,
    ) -> MonitorGuard<'a, T> {
        let value = self.changed.wait_until(value.into_inner(), holds);
        MonitorGuard::new(value, &self.changed.trace)
    }

    /// As [`wait_until`](Self::wait_until), but waits no longer than `limit`.
    ///
    /// # Errors
    /// [`TimedOut`], with the guard, when it is still not true then.
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
