//! The locks of shared memory that this process, on any of its threads, has taken and not released.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::generation;

/// For one lock: the generation in which this process took it, plus 1; 0 after its release. A child
/// has a copy of its parent's number, which is not its own.
#[derive(Debug)]
pub struct Holding(Arc<AtomicU32>);

/// All of this process's records, by their addresses.
static ALL: Mutex<BTreeMap<usize, Arc<AtomicU32>>> = Mutex::new(BTreeMap::new());

fn all() -> MutexGuard<'static, BTreeMap<usize, Arc<AtomicU32>>> {
    // Nothing panics while the list is locked, unless memory runs out.
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether this process holds any of these locks. A leaked guard holds its lock for good, even
/// after its thread has ended.
#[must_use]
pub fn is_any_held() -> bool {
    let ours = generation() + 1;
    all()
        .values()
        .any(|one| one.load(Ordering::Relaxed) == ours)
}

impl Holding {
    /// The record of a lock that is free.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "a lock has it, and no one else")]
    pub fn new() -> Self {
        let one = Arc::new(AtomicU32::new(0));
        all().insert(Arc::as_ptr(&one).addr(), Arc::clone(&one));
        Self(one)
    }

    /// Records that this process has taken the lock; returns false if it already held it.
    #[inline]
    pub fn note_taken(&self) -> bool {
        let (before, now) = (self.0.load(Ordering::Relaxed), generation() + 1);
        self.0.store(now, Ordering::Relaxed);
        before != now
    }

    /// Records that this process releases the lock. To be called before the release.
    #[inline]
    pub fn note_returned(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// Whether this process, or one from which it was forked, has taken the lock and not released it.
    #[must_use]
    pub fn is_noted(&self) -> bool {
        self.0.load(Ordering::Relaxed) != 0
    }
}

impl Drop for Holding {
    fn drop(&mut self) {
        all().remove(&Arc::as_ptr(&self.0).addr());
    }
}
