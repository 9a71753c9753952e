//! An array that several processes see.

use std::fmt::Debug;
use std::io;
use std::ops::{Deref, DerefMut};

use bytemuck::AnyBitPattern;
use common::{EventId, Kind, record};

use crate::region::Region;
use crate::{Lock, LockError, LockGuard};

/// A fixed number of values in shared memory, with one lock for all. A clone is another handle to
/// the same array. For `T` see [`Value`](crate::Value).
///
/// A locked array is a slice: `array.lock()?[3]`, `.iter()`, `[4..8].copy_from_slice(..)`. An
/// index beyond the end panics, as always in Rust; [`get`](Self::get) and [`set`](Self::set) ask.
#[derive(Debug)]
pub struct Array<T>(Region<T>);

impl<T> Clone for Array<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: AnyBitPattern + Debug> Array<T> {
    /// An array of zeros.
    ///
    /// # Errors
    /// When the system has no memory to share.
    pub fn zeroed(len: usize) -> io::Result<Self> {
        Ok(Self(Region::new("array", len)?))
    }

    /// An array of these values.
    ///
    /// # Errors
    /// When the system has no memory to share.
    pub fn from_slice(values: &[T]) -> io::Result<Self> {
        Self::zeroed(values.len())?.filled(values)
    }

    /// An array of these values behind a lock that exists, so that one lock guards several.
    ///
    /// # Errors
    /// As [`from_slice`](Self::from_slice); also when this thread holds the lock.
    pub fn with_lock(lock: &Lock, values: &[T]) -> io::Result<Self> {
        Self(Region::with_lock(lock, values.len())?).filled(values)
    }

    fn filled(self, values: &[T]) -> io::Result<Self> {
        let mut guard = self.lock().map_err(io::Error::other)?;
        guard.copy_from_slice(values);
        drop(guard);
        Ok(self)
    }

    /// Takes the lock, for as long as the guard lives. Blocks until it is free.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn lock(&self) -> Result<ArrayGuard<'_, T>, LockError> {
        let held = self.0.lock().acquire()?;
        Ok(ArrayGuard { held, array: self })
    }

    /// The same when a process died while it held the lock: to look at what it left, and to put
    /// it right.
    ///
    /// # Errors
    /// [`LockError::AlreadyHeld`].
    pub fn recover(&self) -> Result<ArrayGuard<'_, T>, LockError> {
        let held = self.0.lock().recover()?;
        Ok(ArrayGuard { held, array: self })
    }

    /// A copy of element `index`, or `None` beyond the end.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn get(&self, index: usize) -> Result<Option<T>, LockError> {
        Ok(self.lock()?.get(index).copied())
    }

    /// Writes element `index` and gives the one that was there, or `None` beyond the end, where
    /// nothing is written.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn set(&self, index: usize, value: T) -> Result<Option<T>, LockError> {
        let mut guard = self.lock()?;
        let Some(place) = guard.get_mut(index) else {
            return Ok(None);
        };
        let before = std::mem::replace(place, value);
        let name = self.0.lock().name();
        record(
            Kind::Set,
            name,
            format_args!("[{index}] = {value:?}"),
            EventId::NONE,
        );
        Ok(Some(before))
    }

    /// All elements, copied under the lock.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn to_vec(&self) -> Result<Vec<T>, LockError> {
        Ok(self.lock()?.to_vec())
    }

    /// The elements under a lock that is held already (see [`with_lock`](Self::with_lock)).
    ///
    /// # Panics
    /// When the guard is of another lock.
    pub fn under<'a>(&'a self, held: &'a mut LockGuard<'_>) -> &'a mut [T] {
        self.0.slice_mut(held)
    }
}

/// The array, held: a slice.
#[derive(Debug)]
#[must_use = "the lock is free again when the guard is dropped"]
pub struct ArrayGuard<'a, T> {
    held: LockGuard<'a>,
    array: &'a Array<T>,
}

impl<T: AnyBitPattern> Deref for ArrayGuard<'_, T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.array.0.slice(&self.held)
    }
}

impl<T: AnyBitPattern> DerefMut for ArrayGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut [T] {
        self.array.0.slice_mut(&mut self.held)
    }
}
