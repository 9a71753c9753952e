//! An array that several processes share.

use std::fmt::Debug;
use std::io;
use std::mem;
use std::ops::{Deref, DerefMut};

use bytemuck::AnyBitPattern;

use crate::region::Region;
use crate::{Lock, LockError, LockGuard};

/// A fixed number of values in shared memory, with one lock for all. A clone is another handle to
/// the same array. For `T` see [`Value`](crate::Value).
///
/// A locked array is a slice: `array.lock()?[3]`, `.iter()`, `[4..8].copy_from_slice(..)`. An
/// index beyond the end panics, as always in Rust; [`get`](Self::get) and [`set`](Self::set) return
/// `None` there.
#[derive(Debug)]
pub struct Array<T>(Region<T>);

impl<T> Clone for Array<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: AnyBitPattern + Debug> Array<T> {
    /// Creates an array of zeros.
    ///
    /// # Errors
    /// When the system has no memory to share.
    pub fn zeroed(len: usize) -> io::Result<Self> {
        Ok(Self(Region::new("array", len)?))
    }

    /// Creates an array of these values.
    ///
    /// # Errors
    /// When the system has no memory to share.
    pub fn from_slice(values: &[T]) -> io::Result<Self> {
        Ok(Self(Region::new("array", values.len())?.filled(values)?))
    }

    /// Creates an array of these values behind an existing lock, so that one lock guards several arrays.
    ///
    /// # Errors
    /// When the system has no memory to share; when this thread holds the lock, or it is poisoned.
    pub fn with_lock(lock: &Lock, values: &[T]) -> io::Result<Self> {
        Ok(Self(Region::with_lock(lock, values.len())?.filled(values)?))
    }

    /// Takes the lock, for as long as the guard lives. Blocks until it is free.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn lock(&self) -> Result<ArrayGuard<'_, T>, LockError> {
        Ok(self.guard(self.0.lock().acquire()?))
    }

    /// Takes the lock, poisoned or not, and removes the poison: see [`Value`](crate::Value::recover).
    ///
    /// # Errors
    /// [`LockError::AlreadyHeld`].
    pub fn recover(&self) -> Result<ArrayGuard<'_, T>, LockError> {
        Ok(self.guard(self.0.lock().recover()?))
    }

    fn guard<'a>(&'a self, held: LockGuard<'a>) -> ArrayGuard<'a, T> {
        ArrayGuard {
            held,
            array: self,
            is_changed: false,
        }
    }

    /// Returns a copy of element `index`; `None` beyond the end.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn get(&self, index: usize) -> Result<Option<T>, LockError> {
        Ok(self.lock()?.get(index).copied())
    }

    /// Writes element `index` and returns the old one; `None` beyond the end.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn set(&self, index: usize, value: T) -> Result<Option<T>, LockError> {
        let mut guard = self.lock()?;
        if index >= guard.len() {
            return Ok(None);
        }
        Ok(Some(mem::replace(&mut guard[index], value)))
    }

    /// Returns a copy of all elements, made under the lock.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn to_vec(&self) -> Result<Vec<T>, LockError> {
        Ok(self.lock()?.to_vec())
    }

    /// Returns the elements, under a lock that the caller already holds (see [`with_lock`](Self::with_lock)).
    ///
    /// # Panics
    /// When the guard is of another lock.
    pub fn under<'a>(&'a self, held: &'a mut LockGuard<'_>) -> &'a mut [T] {
        self.0.slice_mut(held)
    }
}

/// The locked array, a slice. Drop releases the lock.
#[derive(Debug)]
#[must_use = "the lock is free again when the guard is dropped"]
pub struct ArrayGuard<'a, T: AnyBitPattern + Debug> {
    held: LockGuard<'a>,
    array: &'a Array<T>,
    is_changed: bool,
}

impl<T: AnyBitPattern + Debug> Deref for ArrayGuard<'_, T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.array.0.slice(&self.held)
    }
}

impl<T: AnyBitPattern + Debug> DerefMut for ArrayGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut [T] {
        self.is_changed = true;
        self.array.0.slice_mut(&mut self.held)
    }
}

impl<T: AnyBitPattern + Debug> Drop for ArrayGuard<'_, T> {
    fn drop(&mut self) {
        // The lock is still held: it is released when the fields are dropped, after this.
        if self.is_changed && !self.held.is_interrupted() {
            self.array.0.lock().trace().is_now(&&**self);
        }
    }
}
