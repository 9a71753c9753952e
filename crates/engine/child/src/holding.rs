//! The locks of shared memory that this process, on any of its threads, has taken and not released.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::generation;

/// For one lock: the generation in which this process took it, plus 1, in the upper bits, and whether the
/// guard has lent references to the values, in the lowest; 0 after its release. A child has a copy of its
/// parent's number, which is not its own.
#[derive(Debug)]
pub struct Holding(Arc<AtomicU32>);

/// The bit of a lock whose guard has lent references.
const LENT: u32 = 1;

/// The number of a lock that this process holds, without [`LENT`].
#[inline]
fn ours() -> u32 {
    (generation() + 1) << 1
}

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
    let ours = ours();
    all()
        .values()
        .any(|one| one.load(Ordering::Relaxed) & !LENT == ours)
}

/// Whether this process holds any of these locks, and the guard has lent references to the values. If
/// the guard was leaked, such a reference could be moved into a child, and be used there even after
/// this process has ended and another one has the lock.
#[must_use]
pub fn has_any_lent() -> bool {
    let lent = ours() | LENT;
    all()
        .values()
        .any(|one| one.load(Ordering::Relaxed) == lent)
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
        let (before, now) = (self.0.load(Ordering::Relaxed), ours());
        self.0.store(now, Ordering::Relaxed);
        before & !LENT != now
    }

    /// Records that the guard lends references to the values.
    #[inline]
    pub fn note_lent(&self) {
        let before = self.0.load(Ordering::Relaxed);
        if before & LENT == 0 {
            self.0.store(before | LENT, Ordering::Relaxed);
        }
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
