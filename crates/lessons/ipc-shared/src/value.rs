//! One value that several processes share. As in `tiny.rs`, a lock and a value are in one mapping.
//! New here: the lock is a robust mutex as in `shared-syscalls`, whose waiters also look again now and then.
//! A waiter sleeps, and when the owner dies, the kernel frees the lock. The lock is then *poisoned*, as after
//! a panic: every process gets an error until one calls `recover`, for the value may be half-written.

use std::fmt::Debug;
use std::io;
use std::ops::{Deref, DerefMut};

use bytemuck::AnyBitPattern;

use crate::region::Region;
use crate::{Lock, LockError, LockGuard};

/// A value in shared memory, with its lock. A clone is another handle to the same value; give one
/// to each process that uses it.
///
/// `T` is a type without addresses for which any bytes are a value: the numbers, arrays of them, and
/// your own `#[repr(C)]` records of them (`#[derive(Debug, Clone, Copy, bytemuck::AnyBitPattern)]`). So
/// a process can read even a value that a killed process has left half-written.
///
/// The kernel frees the memory when the last process has dropped its handles or ended.
///
/// ```
/// let number = ipc_shared::Value::new(1_i32)?;
/// number.update(|number| *number += 1)?;
/// assert_eq!(number.get()?, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Value<T>(Region<T>); // A region: some values, here one, in shared memory, and their lock.

impl<T> Clone for Value<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: AnyBitPattern + Debug> Value<T> {
    /// Creates a value with a lock of its own.
    ///
    /// # Errors
    /// When the system has no memory to share.
    pub fn new(value: T) -> io::Result<Self> {
        Ok(Self(Region::new("value", 1)?.filled(&[value])?))
    }

    /// Creates a value behind an existing lock, so that one lock guards several values.
    ///
    /// # Errors
    /// When the system has no memory to share; when this thread holds the lock, or it is poisoned.
    pub fn with_lock(lock: &Lock, value: T) -> io::Result<Self> {
        Ok(Self(Region::with_lock(lock, 1)?.filled(&[value])?))
    }

    /// Takes the lock, for as long as the guard lives. Blocks until it is free.
    ///
    /// # Errors
    /// [`LockError`].
    #[inline]
    pub fn lock(&self) -> Result<ValueGuard<'_, T>, LockError> {
        Ok(self.guard(self.0.lock().acquire()?))
    }

    /// Takes the lock, poisoned or not, and removes the poison, so that the caller can look at what
    /// an owner that died or panicked has left, and correct it. Blocks until the lock is free.
    ///
    /// # Errors
    /// [`LockError::AlreadyHeld`].
    pub fn recover(&self) -> Result<ValueGuard<'_, T>, LockError> {
        Ok(self.guard(self.0.lock().recover()?))
    }

    #[inline]
    fn guard<'a>(&'a self, held: LockGuard<'a>) -> ValueGuard<'a, T> {
        ValueGuard {
            held,
            value: self,
            is_changed: false,
        }
    }

    /// Returns a copy of the value, read under the lock.
    ///
    /// # Errors
    /// [`LockError`].
    #[inline]
    pub fn get(&self) -> Result<T, LockError> {
        Ok(*self.lock()?)
    }

    /// Writes the value under the lock. Do not use it to add: a value that another process writes
    /// between your `get` and your `set` is lost. Use [`update`](Self::update).
    ///
    /// # Errors
    /// [`LockError`].
    #[inline]
    pub fn set(&self, value: T) -> Result<(), LockError> {
        self.update(|place| *place = value)
    }

    /// Changes the value under the lock, so no other process comes in between.
    ///
    /// # Errors
    /// [`LockError`]; `change` is then not called.
    #[inline]
    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        let mut guard = self.lock()?;
        Ok(change(&mut guard))
    }

    /// Returns the value, under a lock that the caller already holds (see [`with_lock`](Self::with_lock)).
    ///
    /// # Panics
    /// When the guard is of another lock.
    pub fn under<'a>(&'a self, held: &'a mut LockGuard<'_>) -> &'a mut T {
        &mut self.0.slice_mut(held)[0]
    }
}

/// The locked value. Drop releases the lock.
#[derive(Debug)]
#[must_use = "the lock is free again when the guard is dropped"]
pub struct ValueGuard<'a, T: AnyBitPattern + Debug> {
    held: LockGuard<'a>,
    value: &'a Value<T>,
    is_changed: bool,
}

impl<T: AnyBitPattern + Debug> Deref for ValueGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.value.0.slice(&self.held)[0]
    }
}

impl<T: AnyBitPattern + Debug> DerefMut for ValueGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        self.is_changed = true;
        &mut self.value.0.slice_mut(&mut self.held)[0]
    }
}

impl<T: AnyBitPattern + Debug> Drop for ValueGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Only for the log. The lock is released (and poisoned in a panic) when the fields are dropped.
        if self.is_changed && !self.held.is_interrupted() {
            self.value.0.lock().trace().is_now(&**self);
        }
    }
}
