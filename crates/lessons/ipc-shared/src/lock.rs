//! A lock between processes, and the guard of one that is held.

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

/// How many bytes of a mapping a lock takes. The values that it guards begin there.
pub(crate) const LOCK_BYTES: usize = 128;

/// What lies in shared memory.
#[derive(Debug)]
#[repr(C)]
struct LockCell {
    mutex: RobustMutex,
    /// 1 from the death or panic of an owner until a process recovers; written by the owner.
    poisoned: AtomicU32,
    /// The event of the last release; written by the owner while the run is recorded.
    released: LastEvent,
}

const _: () = assert!(mem::size_of::<LockCell>() <= LOCK_BYTES);

/// A lock that excludes processes from each other, as it does threads. A clone is another handle
/// to the same lock.
///
/// When its owner is killed, the kernel frees the lock, and no process hangs. The owner may have
/// left its change half-done, so the lock is then *poisoned*, as std calls it:
/// [`acquire`](Self::acquire) is an error until a process calls [`recover`](Self::recover). A panic
/// under the lock poisons it, too.
#[derive(Debug, Clone)]
pub struct Lock {
    trace: Arc<Trace>,
    is_poisoned_by_death: bool,
    cell: NonNull<LockCell>,
    /// Holds the cell in place.
    memory: Arc<Memory>,
}

// SAFETY: a `LockCell` is a mutex made for several threads, and two atomics.
unsafe impl Send for Lock {}
// SAFETY: a shared reference locks the mutex and uses the atomics, as several threads may.
unsafe impl Sync for Lock {}

impl Lock {
    /// A free lock, to be handed to several values, or to guard something that is not in memory.
    ///
    /// # Errors
    /// When the system has no memory to share.
    pub fn new() -> io::Result<Self> {
        Self::at_start_of(&Memory::new(LOCK_BYTES)?, Trace::new("shared lock"))
    }

    /// A lock that nothing poisons, for data that changes in single atomic steps: a dead owner
    /// leaves nothing half-changed there. `trace` records it in the log; for the lock of a queue
    /// that is a [`part`](Trace::part) of the queue's.
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

    /// A free lock in the first [`LOCK_BYTES`] of a new mapping; in the pictures, by its trace.
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

    /// Takes the lock, poisoned or not, and removes the poison: to look at what a dead owner left,
    /// and to correct it. Blocks until the lock is free.
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
    /// [`TryLockError::WouldBlock`] when others held it all the time.
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

    /// What every way of taking the lock has in common. When it was taken, the caller makes the guard.
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
            // A thread has ended with it, and what its leaked guard has lent may be in use here.
            self.trace.gives_up();
            self.cell().mutex.unlock();
            return Taken::AlreadyHeld;
        }
        self.trace.acquired_after(&self.cell().released);
        taken
    }

    /// Takes the mutex. One that a dead owner held poisons the lock, unless nothing poisons it.
    #[inline]
    fn lock_mutex(&self, patience: Patience) -> Taken {
        let taken = self.cell().mutex.lock(patience);
        if taken == Taken::FromDeadOwner && self.is_poisoned_by_death {
            self.cell().poisoned.store(1, Ordering::Relaxed);
        }
        taken
    }

    /// The guard of a mutex that was taken; or an error, and the lock is free again.
    #[inline]
    fn guard_unless_poisoned(&self) -> Result<LockGuard<'_>, LockError> {
        let guard = LockGuard::new(self);
        match self.cell().poisoned.load(Ordering::Relaxed) {
            0 => Ok(guard),
            _ => Err(LockError::Poisoned),
        }
    }
}

/// A lock that is held, until this is dropped, also by a panic.
#[derive(Debug)]
#[must_use = "the lock is free again when the guard is dropped"]
pub struct LockGuard<'a> {
    lock: &'a Lock,
    /// Of the process that holds the lock. A child has a copy of the guard, and not the lock.
    generation: u32,
    /// Whether the thread was panicking already when it took the lock: then a destructor has taken
    /// it, and that panic interrupts no change under it.
    panicked_before: bool,
    /// Pthreads lets only the thread that locked unlock, so a guard stays in its thread.
    stays: PhantomData<*const ()>,
}

impl<'a> LockGuard<'a> {
    /// Of a lock whose mutex the caller has just taken.
    #[inline]
    fn new(lock: &'a Lock) -> Self {
        Self {
            lock,
            generation: generation(),
            panicked_before: thread::panicking(),
            stays: PhantomData,
        }
    }

    /// Whether it is this very lock that is held, by this process.
    #[inline]
    pub(crate) fn is_of(&self, lock: &Lock) -> bool {
        self.lock.cell == lock.cell && self.generation == generation()
    }

    /// Whether a panic has begun while the lock is held: a change under it may be half-done. Or whether
    /// the process that holds it has gone on with it: this is the copy of a child.
    #[inline]
    pub(crate) fn is_interrupted(&self) -> bool {
        !self.panicked_before && thread::panicking() || self.generation != generation()
    }
}

impl Drop for LockGuard<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.generation != generation() {
            return; // The parent holds it, and not this child.
        }
        let (lock, cell) = (self.lock, self.lock.cell());
        if lock.is_poisoned_by_death && self.is_interrupted() {
            cell.poisoned.store(1, Ordering::Relaxed);
        }
        // Before the unlock: after it, the event of the next owner could be earlier than this one.
        lock.trace.releases_before(&cell.released);
        lock.memory.holding.note_returned();
        cell.mutex.unlock();
    }
}
