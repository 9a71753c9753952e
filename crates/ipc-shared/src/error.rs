//! Why a lock was not simply taken.

use std::error::Error;
use std::fmt;

/// What `lock` has to tell. `G` is the guard; the calls that lock only for themselves bring none.
#[derive(Debug)]
#[non_exhaustive]
pub enum LockError<G = ()> {
    /// The process that held the lock was killed, or ended without letting go. The lock is ours
    /// now, and in good order; what it guards may be half-changed. Only the first to lock is
    /// told, so it has to put things right, or say that they are wrong.
    OwnerDied(G),
    /// This thread holds the lock already. It would wait for itself, for ever.
    AlreadyHeld,
}

impl<G> LockError<G> {
    /// The same error about another guard.
    pub(crate) fn map<H>(self, guard: impl FnOnce(G) -> H) -> LockError<H> {
        match self {
            Self::OwnerDied(held) => LockError::OwnerDied(guard(held)),
            Self::AlreadyHeld => LockError::AlreadyHeld,
        }
    }

    /// The same error when the guard has been dropped, and the lock is free again.
    pub(crate) fn without_guard(self) -> LockError {
        self.map(drop)
    }
}

impl<G> fmt::Display for LockError<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OwnerDied(_) => {
                "a process died while it held the lock; what it was changing may be half-done"
            }
            Self::AlreadyHeld => "this thread holds the lock already; let go of the guard first",
        })
    }
}

impl<G: fmt::Debug> Error for LockError<G> {}

/// The same for a call that does not wait, or not for long.
#[derive(Debug)]
#[non_exhaustive]
pub enum TryLockError<G> {
    /// Somebody else holds it, or held it all the time.
    WouldBlock,
    /// As for a call that waits.
    Lock(LockError<G>),
}

impl<G> fmt::Display for TryLockError<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WouldBlock => f.write_str("another process holds the lock"),
            Self::Lock(error) => error.fmt(f),
        }
    }
}

impl<G: fmt::Debug> Error for TryLockError<G> {}
