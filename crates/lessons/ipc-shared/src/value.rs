//! One value that several processes see.

use std::fmt::Debug;
use std::io;
use std::ops::{Deref, DerefMut};

use bytemuck::AnyBitPattern;
use common::{EventId, Kind, record};

use crate::region::Region;
use crate::{Lock, LockError, LockGuard};

/// A value in shared memory, and its lock. A clone is another handle to the same value; give one
/// to each process that is to see it.
///
/// `T` is a type without addresses for which any bytes are a value: the numbers, arrays of them,
/// and your own `#[repr(C)]` records of them (`#[derive(Clone, Copy, bytemuck::AnyBitPattern)]`).
/// So even a value half-written by a process that was killed can be looked at.
///
/// The memory is given back when the last process has dropped its handles or ended.
///
/// ```
/// let number = ipc_shared::Value::new(1_i32)?;
/// number.update(|number| *number += 1)?;
/// assert_eq!(number.get()?, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Value<T>(Region<T>);

impl<T> Clone for Value<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: AnyBitPattern + Debug> Value<T> {
    /// A value with a lock of its own.
    ///
    /// # Errors
    /// When the system has no memory to share.
    pub fn new(value: T) -> io::Result<Self> {
        Self::start(Region::new("value", 1)?, value)
    }

    /// A value behind a lock that exists, so that one lock guards several.
    ///
    /// # Errors
    /// As [`new`](Self::new); also when this thread holds the lock.
    pub fn with_lock(lock: &Lock, value: T) -> io::Result<Self> {
        Self::start(Region::with_lock(lock, 1)?, value)
    }

    fn start(region: Region<T>, value: T) -> io::Result<Self> {
        let this = Self(region);
        let mut guard = this.lock().map_err(io::Error::other)?;
        *guard = value;
        drop(guard);
        Ok(this)
    }

    /// Takes the lock, for as long as the guard lives. Blocks until it is free.
    ///
    /// # Errors
    /// [`LockError`].
    #[inline]
    pub fn lock(&self) -> Result<ValueGuard<'_, T>, LockError> {
        let held = self.0.lock().acquire()?;
        Ok(ValueGuard { held, value: self })
    }

    /// The same when a process died while it held the lock: to look at what it left, and to put
    /// it right.
    ///
    /// # Errors
    /// [`LockError::AlreadyHeld`].
    pub fn recover(&self) -> Result<ValueGuard<'_, T>, LockError> {
        let held = self.0.lock().recover()?;
        Ok(ValueGuard { held, value: self })
    }

    /// A copy of the value, read under the lock.
    ///
    /// # Errors
    /// [`LockError`].
    #[inline]
    pub fn get(&self) -> Result<T, LockError> {
        Ok(*self.lock()?)
    }

    /// Writes the value, under the lock. Not a way to add: what another process writes between
    /// a `get` and a `set` is lost. See [`update`](Self::update).
    ///
    /// # Errors
    /// [`LockError`].
    #[inline]
    pub fn set(&self, value: T) -> Result<(), LockError> {
        self.update(|place| *place = value)
    }

    /// Changes the value under the lock: nobody else comes in between.
    ///
    /// # Errors
    /// [`LockError`]; `change` is then not called.
    #[inline]
    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        let mut guard = self.lock()?;
        let result = change(&mut guard);
        let name = self.0.lock().name();
        record(Kind::Set, name, format_args!("{:?}", *guard), EventId::NONE);
        Ok(result)
    }

    /// The value under a lock that is held already (see [`with_lock`](Self::with_lock)).
    ///
    /// # Panics
    /// When the guard is of another lock.
    pub fn under<'a>(&'a self, held: &'a mut LockGuard<'_>) -> &'a mut T {
        &mut self.0.slice_mut(held)[0]
    }
}

/// The value, held.
#[derive(Debug)]
#[must_use = "the lock is free again when the guard is dropped"]
pub struct ValueGuard<'a, T> {
    held: LockGuard<'a>,
    value: &'a Value<T>,
}

impl<T: AnyBitPattern> Deref for ValueGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.value.0.slice(&self.held)[0]
    }
}

impl<T: AnyBitPattern> DerefMut for ValueGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value.0.slice_mut(&mut self.held)[0]
    }
}
