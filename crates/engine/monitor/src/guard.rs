//! The guard of a monitor, which records each new value.

use std::fmt::Debug;
use std::ops::{Deref, DerefMut};

use common::Trace;

use crate::lock::LockGuard;

/// Access to the value of a [`Monitor`](crate::Monitor). Dropping it releases the lock.
///
/// Code that changes the value need not record it: the guard does, while the lock is still held.
#[must_use = "the lock is released at once if the guard is not kept"]
#[derive(Debug)]
pub struct MonitorGuard<'a, T: Debug> {
    /// `None` only when [`into_inner`](Self::into_inner) has taken it.
    value: Option<LockGuard<'a, T>>,
    is_changed: bool,
    whole: &'a Trace,
}

impl<'a, T: Debug> MonitorGuard<'a, T> {
    pub(crate) fn new(value: LockGuard<'a, T>, whole: &'a Trace) -> Self {
        Self {
            value: Some(value),
            is_changed: false,
            whole,
        }
    }

    /// The guard of the lock, to wait with. Records a change first.
    pub(crate) fn into_inner(mut self) -> LockGuard<'a, T> {
        self.record_change();
        self.value.take().expect(THERE)
    }

    fn record_change(&self) {
        if let (true, Some(value)) = (self.is_changed, &self.value) {
            self.whole.is_now(&**value);
        }
    }
}

const THERE: &str = "a guard that has given its lock away is gone";

impl<T: Debug> Deref for MonitorGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect(THERE)
    }
}

impl<T: Debug> DerefMut for MonitorGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.is_changed = true;
        self.value.as_mut().expect(THERE)
    }
}

impl<T: Debug> Drop for MonitorGuard<'_, T> {
    fn drop(&mut self) {
        self.record_change();
    }
}
