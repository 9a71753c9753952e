//! An RLock to acquire and release by hand.

use std::borrow::Cow;
use std::time::Duration;

use thin_lock::ThinLock;

use crate::error::ReleaseError;
use crate::reentry::Reentry;

/// A re-entrant lock to acquire and release by hand, as in the notes: its owner may take it again,
/// and it is free when it has been released as often as it was acquired.
///
/// A thread that forgets a release, or returns early between the two, leaves it held forever
/// (`--bin lock-never-released`). Use an [`RLock`](crate::RLock), whose guard cannot forget.
#[derive(Debug)]
pub struct RawRLock(Reentry);

impl RawRLock {
    /// A free lock, called `rlock 1`, `rlock 2`, and so on.
    #[must_use]
    pub const fn new() -> Self {
        Self(Reentry::new(ThinLock::of_kind("rlock")))
    }

    /// A free lock with a name of its own.
    #[must_use]
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self(Reentry::new(ThinLock::named(name)))
    }

    /// Takes the lock. Blocks, without a limit, while another thread has it.
    #[inline]
    pub fn acquire(&self) {
        self.enter(ThinLock::acquire);
    }

    /// Takes the lock unless another thread has it, and returns whether it succeeded; never blocks.
    #[inline]
    #[must_use]
    pub fn try_acquire(&self) -> bool {
        self.enter(ThinLock::try_acquire)
    }

    /// Takes the lock, and returns whether it succeeded. Blocks for `limit` at most.
    #[inline]
    #[must_use]
    pub fn acquire_timeout(&self, limit: Duration) -> bool {
        self.enter(|lock| lock.acquire_timeout(limit))
    }

    /// Releases the lock once; the lock is free when every acquire has been released.
    ///
    /// # Errors
    /// [`ReleaseError`] when the calling thread does not have the lock; then nothing changes.
    pub fn release(&self) -> Result<(), ReleaseError> {
        let lock = &self.0.thin;
        if lock.is_mine() {
            lock.trace.releases();
            self.0.leave();
            return Ok(());
        }
        let name = lock.trace.name().to_owned();
        match lock.is_free() {
            true => Err(ReleaseError::NotHeld(name)),
            false => Err(ReleaseError::HeldByAnother(name)),
        }
    }

    #[inline]
    fn enter(&self, take: impl FnOnce(&ThinLock) -> bool) -> bool {
        let is_taken = self.0.enter(take);
        if is_taken {
            self.0.thin.trace.acquired();
        }
        is_taken
    }
}

impl Default for RawRLock {
    fn default() -> Self {
        Self::new()
    }
}
