//! The lock inside an RLock: a lock that knows its owner (`ThinLock`), and a depth.

use std::borrow::Cow;
use std::time::Duration;

use explore::primitives::atomic::{AtomicU64, Ordering::Relaxed};
use thin_lock::ThinLock;

use crate::error::ReleaseError;

/// A re-entrant lock to acquire and release by hand, as in the notes: its owner may take it again,
/// and it is free when it was released as often as it was acquired.
///
/// A thread that forgets a release, or returns early between the two, leaves it held forever
/// (`--bin lock-never-released`). Use an [`RLock`](crate::RLock), whose guard cannot forget.
#[derive(Debug)]
pub struct RawRLock {
    owned: ThinLock,
    /// How often the owner has it. Only the owner looks at it, so it needs no order of its own.
    depth: AtomicU64,
}

impl RawRLock {
    /// A free lock, called `rlock 1`, `rlock 2`, and so on.
    #[must_use]
    pub const fn new() -> Self {
        Self::made_of(ThinLock::of_kind("rlock"))
    }

    /// A free lock with a name of its own.
    #[must_use]
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self::made_of(ThinLock::named(name))
    }

    const fn made_of(owned: ThinLock) -> Self {
        let depth = AtomicU64::new(0);
        Self { owned, depth }
    }

    /// Takes the lock. Blocks, without a limit, while another thread has it.
    #[inline]
    pub fn acquire(&self) {
        self.recorded(|| self.owned.acquire_timeout(Duration::MAX));
    }

    /// Takes the lock unless another thread has it, and returns whether it did; never blocks.
    #[inline]
    #[must_use]
    pub fn try_acquire(&self) -> bool {
        self.recorded(|| self.owned.try_acquire())
    }

    /// Takes the lock, and returns whether it did. Blocks for `limit` at most.
    #[inline]
    #[must_use]
    pub fn acquire_timeout(&self, limit: Duration) -> bool {
        self.recorded(|| self.owned.acquire_timeout(limit))
    }

    /// Releases the lock once; it is free when that was done as often as it was acquired.
    ///
    /// # Errors
    /// [`ReleaseError`] when the calling thread does not have it; nothing has changed then.
    pub fn release(&self) -> Result<(), ReleaseError> {
        if self.owned.is_mine() {
            self.release_own();
            return Ok(());
        }
        let name = self.owned.trace.name().to_owned();
        match self.owned.is_free() {
            true => Err(ReleaseError::NotHeld(name)),
            false => Err(ReleaseError::HeldByAnother(name)),
        }
    }

    /// Releases it once; for the owner.
    #[inline]
    pub(crate) fn release_own(&self) {
        self.owned.trace.releases(); // For the pictures of a run.
        self.leave();
    }

    #[inline]
    fn recorded(&self, take: impl FnOnce() -> bool) -> bool {
        let taken = self.enter(take);
        if taken {
            self.owned.trace.acquired();
        }
        taken
    }

    /// One step deeper if this thread has it already, else the first step, if `take` takes it.
    #[inline]
    fn enter(&self, take: impl FnOnce() -> bool) -> bool {
        if self.owned.is_mine() {
            self.depth.store(self.depth.load(Relaxed) + 1, Relaxed);
            return true;
        }
        let taken = take();
        if taken {
            self.depth.store(1, Relaxed);
        }
        taken
    }

    /// One step back; the last one releases it.
    #[inline]
    fn leave(&self) {
        let depth = self.depth.load(Relaxed) - 1;
        // Before the release: after it, the depth belongs to the next owner.
        self.depth.store(depth, Relaxed);
        if depth == 0 {
            self.owned.release();
        }
    }
}

impl Default for RawRLock {
    fn default() -> Self {
        Self::new()
    }
}
