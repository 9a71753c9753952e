//! A lock that is held.

use std::marker::PhantomData;
use std::thread;

use multiprocess::generation;

use crate::{Lock, LockError};

/// The lock is held until this is dropped, also by a panic.
#[derive(Debug)]
#[must_use = "the lock is free again when the guard is dropped"]
pub struct LockGuard<'a> {
    lock: &'a Lock,
    /// Of the process that holds the lock. A child that finds the guard in its copy of the
    /// memory does not.
    generation: u32,
    /// Whether the thread was panicking already when it took the lock: then a destructor has taken
    /// it, and that panic breaks off nothing under it.
    panicked_before: bool,
    /// Pthreads lets only the thread that locked unlock, so a guard may not change its thread.
    stays: PhantomData<*const ()>,
}

impl<'a> LockGuard<'a> {
    /// To be called by the one who has just taken the mutex of `lock`.
    #[inline]
    pub(crate) fn new(lock: &'a Lock) -> Self {
        Self {
            lock,
            generation: generation(),
            panicked_before: thread::panicking(),
            stays: PhantomData,
        }
    }

    /// The guard, or the lock free again and the news.
    #[inline]
    pub(crate) fn unless_poisoned(self) -> Result<Self, LockError> {
        match self.lock.is_poisoned() {
            false => Ok(self),
            true => Err(LockError::Poisoned),
        }
    }

    /// Whether it is this very lock that is held, by this process.
    #[inline]
    pub(crate) fn is_of(&self, lock: &Lock) -> bool {
        self.lock.is_same(lock) && self.generation == generation()
    }
}

impl Drop for LockGuard<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.generation != generation() {
            return; // The parent holds it, and not this child.
        }
        self.lock
            .release(!self.panicked_before && thread::panicking());
    }
}
