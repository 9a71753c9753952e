//! Why a lock was not taken.

use std::error::Error;
use std::fmt;

/// Why `lock` gave no guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LockError {
    /// A process died or panicked while it held the lock, and what the lock guards may be
    /// half-changed. The lock itself is free and in good order. It says so to everybody until
    /// somebody has taken it by `recover` and put things right.
    Poisoned,
    /// This thread holds the lock already. It would wait for itself, for ever.
    AlreadyHeld,
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Poisoned => {
                "a process died or panicked while it held the lock, and its change may be \
                 half-done; recover() takes the lock to put it right"
            }
            Self::AlreadyHeld => "this thread holds the lock already; drop the guard first",
        })
    }
}

impl Error for LockError {}

/// The same for a call that does not wait, or not for long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TryLockError {
    /// Somebody else holds it, or held it all the time.
    WouldBlock,
    /// As for a call that waits.
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
