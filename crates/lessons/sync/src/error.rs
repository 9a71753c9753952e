//! What can go wrong with a lock, and with the types that are made of locks.

use std::error::Error;
use std::fmt;

/// Why a [`release`](crate::RawRLock::release) did nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReleaseError {
    /// The lock of this name is free.
    NotHeld(String),
    /// Another thread holds the lock of this name.
    HeldByAnother(String),
}

impl fmt::Display for ReleaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (lock, why) = match self {
            Self::NotHeld(lock) => (lock, "it is free; acquire it first"),
            Self::HeldByAnother(lock) => (lock, "another thread holds it; let that one release it"),
        };
        write!(f, "cannot release {lock}: {why}")
    }
}

impl Error for ReleaseError {}

/// One release too many of a [`BoundedSemaphore`](crate::BoundedSemaphore), which has all its permits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Full {
    /// The name of the semaphore.
    pub semaphore: String,
    /// The number of its permits.
    pub most: usize,
}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { semaphore, most } = self;
        write!(
            f,
            "cannot release {semaphore}: all of its permits ({most}) are there; \
             release only what was acquired"
        )
    }
}

impl Error for Full {}

/// A thread gave up at a [`Barrier`](crate::Barrier), which is broken for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrokenBarrier;

impl fmt::Display for BrokenBarrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the barrier is broken: one of its threads gave up; make a new one")
    }
}

impl Error for BrokenBarrier {}

/// A [`Barrier`](crate::Barrier) cannot be made for 0 threads: none could ever arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoParties;

impl fmt::Display for NoParties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot make a barrier for 0 threads: none could come; name at least 1")
    }
}

impl Error for NoParties {}
