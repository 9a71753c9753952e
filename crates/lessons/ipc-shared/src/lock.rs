//! A lock between processes, and the guard that proves that it is held.

use std::io;
use std::marker::PhantomData;
use std::mem;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use child::Patience;
use child::generation;
use child::robust::{RobustMutex, Taken};
use common::{LastEvent, Trace};

use crate::memory::Memory;
use crate::{LockError, TryLockError};

/// The bytes of a mapping that a lock takes. The values that it guards begin after them.
pub(crate) const LOCK_BYTES: usize = 128;

/// The part of a lock that is in shared memory.
#[derive(Debug)]
#[repr(C)]
struct LockCell {
    mutex: RobustMutex,
    /// 1 from a panic, or from the first take after a death, until a process recovers; written by the owner.
    poisoned: AtomicU32,
    /// The event of the last release; written by the owner while the run is recorded.
    released: LastEvent,
}

const _: () = assert!(mem::size_of::<LockCell>() <= LOCK_BYTES);

/// A lock between processes, and between the threads of one process. A clone is another handle to
/// the same lock.
///
/// When its owner is killed, the kernel frees the lock, and no process hangs. The owner may have
/// left its change half-done, so the lock is then *poisoned*, as std calls it:
/// [`acquire`](Self::acquire) returns an error until a process calls [`recover`](Self::recover). A
/// panic while the lock is held poisons it, too.
#[derive(Debug, Clone)]
pub struct Lock {
    trace: Arc<Trace>,
    is_poisoned_by_death: bool,
    cell: NonNull<LockCell>,
    /// Keeps the cell mapped.
    memory: Arc<Memory>,
}

// SAFETY: a `LockCell` is a mutex made for several threads, and two atomics.
unsafe impl Send for Lock {}
// SAFETY: a shared reference locks the mutex and uses the atomics, as several threads may.
unsafe impl Sync for Lock {}

impl Lock {
    /// Creates a free lock, for several values, or to guard something that is not in memory.
    ///
    /// # Errors
    /// When the system has no memory to share.
    pub fn new() -> io::Result<Self> {
        Self::at_start_of(&Memory::new(LOCK_BYTES)?, Trace::new("shared lock"))
    }

    /// Creates a lock that is never poisoned, for data that changes in single atomic steps, where a
    /// dead owner leaves nothing half-changed. `trace` records the lock in the log; a queue passes
    /// a [`part`](Trace::part) of its own trace.
    ///
    /// # Errors
    /// When the system has no memory to share.
    pub fn without_poison(trace: Trace) -> io::Result<Self> {
        let lock = Self::at_start_of(&Memory::new(LOCK_BYTES)?, trace)?;
        Ok(Self {
            is_poisoned_by_death: false,
            ..lock
        })
    }

    /// Creates a free lock in the first [`LOCK_BYTES`] of a new mapping; `trace` records it for the pictures.
    pub(crate) fn at_start_of(memory: &Arc<Memory>, trace: Trace) -> io::Result<Self> {
        let cell = memory.start().cast::<LockCell>();
        // SAFETY: the mapping is new, so no other code uses the place, and it is aligned to a page.
        unsafe { RobustMutex::init(cell.as_ptr().cast()) }?;
        Ok(Self {
            trace: Arc::new(trace),
            is_poisoned_by_death: true,
            cell,
            memory: Arc::clone(memory),
        })
    }

    pub(crate) fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Records that the guard lends values. Until its drop this process cannot start another one.
    #[inline]
    pub(crate) fn note_lent(&self) {
        self.memory.holding.note_lent();
    }

    #[inline]
    fn cell(&self) -> &LockCell {
        // SAFETY: mapped as long as `self`, made by `at_start_of`; zero bytes are good atomics.
        unsafe { self.cell.as_ref() }
    }

    /// Takes the lock. Blocks until it is free.
    ///
    /// # Errors
    /// [`LockError`].
    #[inline]
    pub fn acquire(&self) -> Result<LockGuard<'_>, LockError> {
        match self.take(Patience::Forever) {
            Taken::AlreadyHeld => Err(LockError::AlreadyHeld),
            _ => self.guard_unless_poisoned(),
        }
    }

    /// Takes the lock, poisoned or not, and removes the poison, so that the caller can look at what
    /// a dead owner left, and correct it. Blocks until the lock is free.
    ///
    /// # Errors
    /// [`LockError::AlreadyHeld`].
    pub fn recover(&self) -> Result<LockGuard<'_>, LockError> {
        match self.take(Patience::Forever) {
            Taken::AlreadyHeld => Err(LockError::AlreadyHeld),
            _ => {
                self.cell().poisoned.store(0, Ordering::Relaxed);
                Ok(LockGuard::new(self))
            }
        }
    }

    /// Takes the lock if it is free. Does not block.
    ///
    /// # Errors
    /// [`TryLockError::WouldBlock`] when another process or thread holds it.
    #[inline]
    pub fn try_acquire(&self) -> Result<LockGuard<'_>, TryLockError> {
        self.acquire_within(Patience::None)
    }

    /// Takes the lock. Blocks until it is free, but not longer than `limit`.
    ///
    /// # Errors
    /// [`TryLockError::WouldBlock`] when others held it until the limit.
    pub fn acquire_timeout(&self, limit: Duration) -> Result<LockGuard<'_>, TryLockError> {
        self.acquire_within(Patience::up_to(limit))
    }

    #[inline]
    fn acquire_within(&self, patience: Patience) -> Result<LockGuard<'_>, TryLockError> {
        match self.take(patience) {
            Taken::WouldBlock => Err(TryLockError::WouldBlock),
            Taken::AlreadyHeld => Err(TryLockError::Lock(LockError::AlreadyHeld)),
            _ => self.guard_unless_poisoned().map_err(TryLockError::Lock),
        }
    }

    /// The common part of all ways to take the lock. When it is taken, the caller makes the guard.
    #[inline]
    fn take(&self, patience: Patience) -> Taken {
        match patience {
            Patience::Forever => self.trace.waits(),
            Patience::Until(_) | Patience::None => self.trace.waits_for_a_time(),
        }
        let taken = self.lock_mutex(patience);
        if let Taken::WouldBlock | Taken::AlreadyHeld = taken {
            self.trace.gives_up();
            return taken;
        }
        if !self.memory.holding.note_taken() {
            // A thread leaked its guard and ended; references from that guard may be in use here.
            self.trace.gives_up();
            self.cell().mutex.unlock();
            return Taken::AlreadyHeld;
        }
        self.trace.acquired_after(&self.cell().released);
        taken
    }

    /// Takes the mutex. If its owner died, the lock becomes poisoned, unless it was made without poison.
    #[inline]
    fn lock_mutex(&self, patience: Patience) -> Taken {
        let taken = self.cell().mutex.lock(patience);
        if taken == Taken::FromDeadOwner && self.is_poisoned_by_death {
            self.cell().poisoned.store(1, Ordering::Relaxed);
        }
        taken
    }

    /// Returns the guard of a mutex that was just taken; or frees a poisoned lock and returns an error.
    #[inline]
    fn guard_unless_poisoned(&self) -> Result<LockGuard<'_>, LockError> {
        let guard = LockGuard::new(self);
        match self.cell().poisoned.load(Ordering::Relaxed) {
            0 => Ok(guard),
            _ => Err(LockError::Poisoned),
        }
    }
}

/// The guard of a held lock. Dropping it releases the lock, also during a panic.
#[derive(Debug)]
#[must_use = "the lock is free again when the guard is dropped"]
pub struct LockGuard<'a> {
    lock: &'a Lock,
    /// The generation of the process that holds the lock. A child's copy of the guard does not hold it.
    generation: u32,
    /// Whether the thread was already panicking when it took the lock: then a destructor has taken
    /// it, and that panic does not interrupt a change under the lock.
    panicked_before: bool,
    /// Only the thread that locked a pthreads mutex may unlock it, so a guard stays in its thread.
    stays: PhantomData<*const ()>,
}

impl<'a> LockGuard<'a> {
    /// Makes the guard of a lock whose mutex the caller has just taken.
    #[inline]
    fn new(lock: &'a Lock) -> Self {
        Self {
            lock,
            generation: generation(),
            panicked_before: thread::panicking(),
            stays: PhantomData,
        }
    }

    /// Returns whether this guard is of this lock, and this process holds it.
    #[inline]
    pub(crate) fn is_of(&self, lock: &Lock) -> bool {
        self.lock.cell == lock.cell && self.generation == generation()
    }

    /// Returns whether a panic has begun while the lock is held, so that a change may be half-done;
    /// or whether this is a child's copy of a guard whose lock the parent holds.
    #[inline]
    pub(crate) fn is_interrupted(&self) -> bool {
        !self.panicked_before && thread::panicking() || self.generation != generation()
    }
}

impl Drop for LockGuard<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.generation != generation() {
            return; // The parent holds the lock, not this child.
        }
        let (lock, cell) = (self.lock, self.lock.cell());
        if lock.is_poisoned_by_death && self.is_interrupted() {
            cell.poisoned.store(1, Ordering::Relaxed);
        }
        // Record before the unlock; after it, the event of the next owner could be earlier than this one.
        lock.trace.releases_before(&cell.released);
        lock.memory.holding.note_returned();
        cell.mutex.unlock();
    }
}
