//! A lock between processes.

use std::io;
use std::mem;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use common::{EventId, Kind, LastEvent, next_name, record};

use crate::memory::Memory;
use crate::robust::{Patience, RobustMutex, Taken};
use crate::{LockError, LockGuard, TryLockError};

/// What a lock takes of a mapping; what it guards begins there.
pub(crate) const LOCK_BYTES: usize = 128;

/// In shared memory.
#[derive(Debug)]
#[repr(C)]
struct LockCell {
    mutex: RobustMutex,
    /// 1 since an owner died or panicked, and until somebody has recovered; written by the owner.
    poisoned: AtomicU32,
    /// The event of the last release, for the timeline; written by the owner, while recording.
    released: LastEvent,
}

const _: () = assert!(mem::size_of::<LockCell>() <= LOCK_BYTES);

/// A lock that excludes processes from each other, as it does threads. A clone is another handle
/// to the same lock.
///
/// When its owner is killed the lock is free again, and nobody hangs. Since what it guards may be
/// half-changed, the lock is *poisoned*, as std calls it: [`acquire`](Self::acquire) is an error
/// until somebody has called [`recover`](Self::recover). A panic poisons it, too.
#[derive(Debug, Clone)]
pub struct Lock {
    name: Arc<str>,
    /// Whether a dead owner is worth telling.
    is_poisoned_by_death: bool,
    cell: NonNull<LockCell>,
    /// Holds the cell in place.
    memory: Arc<Memory>,
}

// SAFETY: a `LockCell` is a mutex made for several threads, and two atomics.
unsafe impl Send for Lock {}
// SAFETY: as above.
unsafe impl Sync for Lock {}

impl Lock {
    /// A free lock, to be handed to several values, or to guard something outside of memory.
    ///
    /// # Errors
    /// When the system has no memory to share.
    pub fn new() -> io::Result<Self> {
        Self::at_start_of(&Memory::new(LOCK_BYTES)?, next_name("shared lock"))
    }

    /// A lock for what is changed in single steps, each of which is done or not done. A dead
    /// owner leaves nothing half-changed there, so the next one is not told of it. The timeline
    /// calls it by this name.
    ///
    /// # Errors
    /// When the system has no memory to share.
    pub fn without_poison(name: String) -> io::Result<Self> {
        let mut lock = Self::at_start_of(&Memory::new(LOCK_BYTES)?, name)?;
        lock.is_poisoned_by_death = false;
        Ok(lock)
    }

    /// A free lock in the first [`LOCK_BYTES`] of a new mapping.
    pub(crate) fn at_start_of(memory: &Arc<Memory>, name: String) -> io::Result<Self> {
        let cell = memory.start().cast::<LockCell>();
        // SAFETY: the mapping is new, so the place is nobody else's, and it is aligned to a page.
        unsafe { RobustMutex::init(cell.as_ptr().cast()) }?;
        Ok(Self {
            name: name.into(),
            is_poisoned_by_death: true,
            cell,
            memory: Arc::clone(memory),
        })
    }

    /// Its name in the timeline.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    #[inline]
    fn cell(&self) -> &LockCell {
        // SAFETY: the mapping lives as long as `self`; the mutex was made by `at_start_of`, and
        // zero bytes are good atomics.
        unsafe { self.cell.as_ref() }
    }

    /// Takes the lock. Blocks until it is free.
    ///
    /// # Errors
    /// [`LockError`].
    #[inline]
    pub fn acquire(&self) -> Result<LockGuard<'_>, LockError> {
        self.take_patiently()?.unless_poisoned()
    }

    /// Takes the lock, poisoned or not, and heals it: to look at what was left half-done, and
    /// to put it right. Blocks until it is free.
    ///
    /// # Errors
    /// [`LockError::AlreadyHeld`].
    pub fn recover(&self) -> Result<LockGuard<'_>, LockError> {
        let guard = self.take_patiently()?;
        self.cell().poisoned.store(0, Ordering::Relaxed);
        Ok(guard)
    }

    /// [`acquire`](Self::acquire) without waiting.
    ///
    /// # Errors
    /// [`TryLockError::WouldBlock`] when somebody else holds it.
    #[inline]
    pub fn try_acquire(&self) -> Result<LockGuard<'_>, TryLockError> {
        let guard = self.take(Patience::None)?;
        guard.unless_poisoned().map_err(TryLockError::Lock)
    }

    /// [`acquire`](Self::acquire), waiting not longer than `limit`.
    ///
    /// # Errors
    /// [`TryLockError::WouldBlock`] when somebody else held it all the time.
    pub fn acquire_timeout(&self, limit: Duration) -> Result<LockGuard<'_>, TryLockError> {
        let guard = match Instant::now().checked_add(limit) {
            Some(deadline) => self.take(Patience::Until(deadline))?,
            None => self.take_patiently().map_err(TryLockError::Lock)?,
        };
        guard.unless_poisoned().map_err(TryLockError::Lock)
    }

    #[inline]
    fn take_patiently(&self) -> Result<LockGuard<'_>, LockError> {
        self.take(Patience::Forever).map_err(|error| match error {
            TryLockError::Lock(error) => error,
            TryLockError::WouldBlock => unreachable!("waits for as long as it takes"),
        })
    }

    /// Takes the mutex, and notes if its owner died.
    #[inline]
    fn take(&self, patience: Patience) -> Result<LockGuard<'_>, TryLockError> {
        let note = |kind| record(kind, &self.name, format_args!(""), EventId::NONE);
        note(match patience {
            Patience::Forever => Kind::Wait,
            Patience::Until(_) | Patience::None => Kind::WaitLimit,
        });
        let taken = self.cell().mutex.lock(patience);
        if matches!(taken, Taken::Busy | Taken::Twice) {
            note(Kind::GiveUp);
        }
        match taken {
            Taken::Free => {}
            Taken::OwnerDied if self.is_poisoned_by_death => {
                self.cell().poisoned.store(1, Ordering::Relaxed);
            }
            Taken::OwnerDied => {}
            Taken::Busy => return Err(TryLockError::WouldBlock),
            Taken::Twice => return Err(TryLockError::Lock(LockError::AlreadyHeld)),
        }
        self.memory.note_held(true);
        let cause = self.cell().released.get();
        record(Kind::Acquire, &self.name, format_args!(""), cause);
        Ok(LockGuard::new(self))
    }

    /// Gives the mutex back; for the guard. With a change broken off by a panic.
    #[inline]
    pub(crate) fn release(&self, by_panic: bool) {
        if by_panic && self.is_poisoned_by_death {
            self.cell().poisoned.store(1, Ordering::Relaxed);
        }
        // A cause is stamped before its act: after the unlock, the next owner could be earlier.
        let event = record(Kind::Release, &self.name, format_args!(""), EventId::NONE);
        self.cell().released.set(event);
        self.memory.note_held(false);
        self.cell().mutex.unlock();
    }

    #[inline]
    pub(crate) fn is_poisoned(&self) -> bool {
        self.cell().poisoned.load(Ordering::Relaxed) != 0
    }

    /// Whether both are handles to the same lock.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.cell == other.cell
    }
}
