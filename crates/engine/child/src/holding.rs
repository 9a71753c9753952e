//! Which locks of shared memory this process has taken and not given back, on whichever of its threads.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::generation;

/// For one lock: the generation in which this process took it, plus 1; 0 when it has given it back. A
/// child has a copy of its parent's number, which is not its own.
#[derive(Debug)]
pub struct Holding(Arc<AtomicU32>);

/// All of this process, by their addresses.
static ALL: Mutex<BTreeMap<usize, Arc<AtomicU32>>> = Mutex::new(BTreeMap::new());

fn all() -> MutexGuard<'static, BTreeMap<usize, Arc<AtomicU32>>> {
    // Nothing panics while the list is locked, short of a full memory.
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether this process holds any. A guard that was leaked holds its lock for good, also after its
/// thread has ended.
#[must_use]
pub fn is_any_held() -> bool {
    let ours = generation() + 1;
    all()
        .values()
        .any(|one| one.load(Ordering::Relaxed) == ours)
}

impl Holding {
    /// Of a lock that is free.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "a lock has it, and no one else")]
    pub fn new() -> Self {
        let one = Arc::new(AtomicU32::new(0));
        all().insert(Arc::as_ptr(&one).addr(), Arc::clone(&one));
        Self(one)
    }

    /// Notes that this process has taken the lock; false if it had, and has not given it back.
    #[inline]
    pub fn note_taken(&self) -> bool {
        let (before, now) = (self.0.load(Ordering::Relaxed), generation() + 1);
        self.0.store(now, Ordering::Relaxed);
        before != now
    }

    /// Notes that it gives the lock back. To be called before it does.
    #[inline]
    pub fn note_returned(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// Whether this process, or one that it was forked from, took the lock and has not given it back.
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
