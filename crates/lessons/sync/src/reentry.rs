//! The part that makes a lock an RLock: its owner may take it again, and the last release frees it.
//!
//! As in `tiny.rs` there are an owner and a count. `ThinLock` is a lock that knows its owner: an
//! atomic number, and a mutex with a condition variable, at which others sleep. A thread needs no
//! mutex to check whether it is the owner: no other thread stores this thread's number there. (A
//! waiting thread only adds a mark to the number.) And only the owner uses the count.

use explore::primitives::atomic::{AtomicU64, Ordering::Relaxed};
use thin_lock::ThinLock;

/// A lock, and how often its owner has taken it.
#[derive(Debug)]
pub(crate) struct Reentry {
    pub(crate) owned: ThinLock,
    /// How often the owner has taken it. Only the owner uses it, so no memory order is needed.
    depth: AtomicU64,
}

impl Reentry {
    pub(crate) const fn new(owned: ThinLock) -> Self {
        let depth = AtomicU64::new(0);
        Self { owned, depth }
    }

    /// Goes one step deeper if this thread has the lock; otherwise calls `take`, for the first
    /// step. Returns whether the thread has the lock.
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

    /// Goes one step back, for the owner; the last step releases the lock.
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
