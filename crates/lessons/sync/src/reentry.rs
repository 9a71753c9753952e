//! The part that makes a lock an RLock: its owner may take it again, and the last release frees it.
//!
//! As in `tiny.rs` there are an owner and a count. `ThinLock` is a lock that knows its owner: an atomic number
//! says who has it, so a free lock is taken in one step; its mutex with a condition variable is where others
//! sleep. A thread checks by that number whether it is the owner: no other thread stores this thread's number.

use explore::primitives::atomic::{AtomicU64, Ordering::Relaxed};
use thin_lock::ThinLock;

/// A lock, and how often its owner has taken it.
#[derive(Debug)]
pub(crate) struct Reentry {
    pub(crate) thin: ThinLock,
    /// How often the owner has taken it. Atomic, because threads share it; `Relaxed`, because only the owner
    /// uses it, and the lock orders one owner's uses before the next one's.
    count: AtomicU64,
}

impl Reentry {
    pub(crate) const fn new(thin: ThinLock) -> Self {
        let count = AtomicU64::new(0);
        Self { thin, count }
    }

    /// Takes the lock, by `take` (with a wait, without one, or within a limit), unless this thread has it
    /// already; then counts one more. Returns whether the thread has the lock now.
    #[inline]
    pub(crate) fn enter(&self, take: impl FnOnce(&ThinLock) -> bool) -> bool {
        let is_mine = self.thin.is_mine();
        if !is_mine && !take(&self.thin) {
            return false;
        }
        let before = if is_mine { self.count.load(Relaxed) } else { 0 };
        self.count.store(before + 1, Relaxed);
        true
    }

    /// Counts one less, for the owner; the last call releases the lock.
    #[inline]
    pub(crate) fn leave(&self) {
        let count = self.count.load(Relaxed) - 1;
        // Before the release: after it, the count belongs to the next owner.
        self.count.store(count, Relaxed);
        if count == 0 {
            self.thin.release();
        }
    }
}
