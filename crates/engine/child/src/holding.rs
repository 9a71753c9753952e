//! The locks of shared memory that this process, on any of its threads, has taken and not released.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::generation;

/// Whether this process holds one lock.
#[derive(Debug)]
pub struct Holding(Arc<Record>);

#[derive(Debug, Default)]
struct Record {
    /// The generation in which this process took the lock, plus 1; 0 after its release. A child has a
    /// copy of its parent's number, which is not its own.
    taken_in: AtomicU32,
    /// Whether the guard has lent references to the values.
    has_lent: AtomicBool,
}

impl Record {
    fn is_ours(&self) -> bool {
        self.taken_in.load(Ordering::Relaxed) == generation() + 1
    }
}

/// All of this process's records, by their addresses.
static ALL: Mutex<BTreeMap<usize, Arc<Record>>> = Mutex::new(BTreeMap::new());

fn all() -> MutexGuard<'static, BTreeMap<usize, Arc<Record>>> {
    // Nothing panics while the list is locked, unless memory runs out.
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether this process holds any of these locks. A leaked guard holds its lock for good, even
/// after its thread has ended.
#[must_use]
pub fn is_any_held() -> bool {
    all().values().any(|one| one.is_ours())
}

/// Whether this process holds any of these locks, and the guard has lent references to the values. If
/// the guard was leaked, such a reference could be moved into a child, and be used there even after
/// this process has ended and another one has the lock.
#[must_use]
pub fn has_any_lent() -> bool {
    let has_lent = |one: &Arc<Record>| one.is_ours() && one.has_lent.load(Ordering::Relaxed);
    all().values().any(has_lent)
}

impl Holding {
    /// The record of a lock that is free.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "a lock has it, and no one else")]
    pub fn new() -> Self {
        let one = Arc::<Record>::default();
        all().insert(Arc::as_ptr(&one).addr(), Arc::clone(&one));
        Self(one)
    }

    /// Records that this process has taken the lock; returns false if it already held it.
    #[inline]
    pub fn note_taken(&self) -> bool {
        let was_ours = self.0.is_ours();
        (self.0.taken_in).store(generation() + 1, Ordering::Relaxed);
        !was_ours
    }

    /// Records that the guard lends references to the values.
    #[inline]
    pub fn note_lent(&self) {
        self.0.has_lent.store(true, Ordering::Relaxed);
    }

    /// Records that this process releases the lock. To be called before the release.
    #[inline]
    pub fn note_returned(&self) {
        self.0.has_lent.store(false, Ordering::Relaxed);
        self.0.taken_in.store(0, Ordering::Relaxed);
    }

    /// Whether this process, or one from which it was forked, has taken the lock and not released it.
    #[must_use]
    pub fn is_noted(&self) -> bool {
        self.0.taken_in.load(Ordering::Relaxed) != 0
    }
}

impl Drop for Holding {
    fn drop(&mut self) {
        all().remove(&Arc::as_ptr(&self.0).addr());
    }
}
