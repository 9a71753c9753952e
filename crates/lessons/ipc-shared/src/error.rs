//! Why a lock was not taken.

use std::error::Error;
use std::fmt;

/// Why the lock was not acquired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LockError {
    /// A process died or panicked while it held the lock, and may have left its change half-done.
    /// The lock is free, but every process gets this error until one calls `recover`.
    Poisoned,
    /// This thread already holds the lock, and would wait for itself forever. Or a thread of this
    /// process leaked its guard and ended; for other processes that is the death of the owner.
    AlreadyHeld,
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Poisoned => {
                "a process died or panicked while it held the lock, and its change may be \
                 half-done; recover() takes the lock to put it right"
            }
            Self::AlreadyHeld => "this thread, or one that has ended, has not dropped its guard of this lock; drop it first",
        })
    }
}

impl Error for LockError {}

/// Why the lock was not acquired by a call that does not wait, or waits at most for a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TryLockError {
    /// Another process or thread holds the lock, or held it until the limit.
    WouldBlock,
    /// The error that a call without a limit would return.
    Lock(LockError),
}

impl fmt::Display for TryLockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WouldBlock => f.write_str("another process holds the lock"),
            Self::Lock(error) => error.fmt(f),
        }
    }
}

impl Error for TryLockError {}
