//! What makes a lock an RLock: its owner may take it again, and it is free at the last release.
//!
//! As in `tiny.rs` there are an owner and a count. `ThinLock` is a lock that knows its owner: an atomic
//! number, and a mutex with a condition variable, at which others sleep. To ask whether it is the owner,
//! a thread needs no mutex: no other thread puts this thread's number there. (One that waits marks the
//! number that is there.) And the count is the owner's alone.

use explore::primitives::atomic::{AtomicU64, Ordering::Relaxed};
use thin_lock::ThinLock;

/// A lock, and how often its owner has taken it.
#[derive(Debug)]
pub(crate) struct Reentry {
    pub(crate) owned: ThinLock,
    /// How often the owner has it. Only the owner looks at it, so it needs no order of its own.
    depth: AtomicU64,
}

impl Reentry {
    pub(crate) const fn new(owned: ThinLock) -> Self {
        let depth = AtomicU64::new(0);
        Self { owned, depth }
    }

    /// One step deeper if this thread has it already, else the first step, if `take` takes it. Returns
    /// whether the thread has it.
    #[inline]
    pub(crate) fn enter(&self, take: impl FnOnce(&ThinLock) -> bool) -> bool {
        let is_mine = self.owned.is_mine();
        if !is_mine && !take(&self.owned) {
            return false;
        }
        let before = if is_mine { self.depth.load(Relaxed) } else { 0 };
        self.depth.store(before + 1, Relaxed);
        true
    }

    /// One step back, for the owner; the last one releases it.
    #[inline]
    pub(crate) fn leave(&self) {
        let depth = self.depth.load(Relaxed) - 1;
        // Before the release: after it, the depth belongs to the next owner.
        self.depth.store(depth, Relaxed);
        if depth == 0 {
            self.owned.release();
        }
    }
}
