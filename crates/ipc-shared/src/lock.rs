//! A lock between processes.

use std::io;
use std::marker::PhantomData;
use std::mem;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use common::{EventId, Kind, is_recording, next_name, record};
use multiprocess::Mapping;

use crate::robust::{Patience, RobustMutex, Taken};
use crate::{LockError, TryLockError};

/// What a lock takes of a mapping; what it guards begins there.
pub(crate) const LOCK_BYTES: usize = 128;

/// In shared memory.
#[derive(Debug)]
#[repr(C)]
struct LockCell {
    mutex: RobustMutex,
    /// 1 since an owner died and until somebody has recovered; written by the owner.
    poisoned: AtomicU32,
    /// The event of the last release, for the timeline; written by the owner, while recording.
    released: [AtomicU64; 2],
}

const _: () = assert!(mem::size_of::<LockCell>() <= LOCK_BYTES);

/// A lock that excludes processes from each other, as it does threads. A clone is another handle
/// to the same lock.
///
/// When its owner is killed the lock is free again, and nobody hangs. Since what it guards may be
/// half-changed, it is *poisoned*, as std calls it: [`acquire`](Self::acquire) is an error until
/// somebody has called [`recover`](Self::recover).
#[derive(Debug, Clone)]
pub struct Lock {
    name: Arc<str>,
    /// Whether a dead owner is worth telling.
    is_poisoned_by_death: bool,
    cell: NonNull<LockCell>,
    /// Holds the cell in place.
    _mapping: Arc<Mapping>,
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
        let mapping = Arc::new(Mapping::new(LOCK_BYTES)?);
        Self::at_start_of(&mapping, "shared lock")
    }

    /// A lock for what is changed in single steps, each of which is done or not done. A dead
    /// owner leaves nothing half-changed there, so the next one is not told of it.
    ///
    /// # Errors
    /// When the system has no memory to share.
    pub fn without_poison() -> io::Result<Self> {
        let mut lock = Self::new()?;
        lock.is_poisoned_by_death = false;
        Ok(lock)
    }

    /// A free lock in the first [`LOCK_BYTES`] of a new mapping.
    pub(crate) fn at_start_of(mapping: &Arc<Mapping>, name: &'static str) -> io::Result<Self> {
        let cell = mapping.start().cast::<LockCell>();
        // SAFETY: the mapping is new, so the place is nobody else's, and it is aligned to a page.
        unsafe { RobustMutex::init(cell.as_ptr().cast()) }?;
        Ok(Self {
            name: next_name(name).into(),
            is_poisoned_by_death: true,
            cell,
            _mapping: Arc::clone(mapping),
        })
    }

    /// Its name in the timeline.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    fn cell(&self) -> &LockCell {
        // SAFETY: the mapping lives as long as `self`; the mutex was made by `at_start_of`, and
        // zero bytes are good atomics.
        unsafe { self.cell.as_ref() }
    }

    /// Takes the lock. Blocks until it is free.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn acquire(&self) -> Result<LockGuard<'_>, LockError> {
        self.take_patiently()?.unless_poisoned()
    }

    /// Takes the lock, poisoned or not, and heals it: to look at what a dead owner left, and to
    /// put it right. Blocks until it is free.
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

    fn take_patiently(&self) -> Result<LockGuard<'_>, LockError> {
        self.take(Patience::Forever).map_err(|error| match error {
            TryLockError::Lock(error) => error,
            TryLockError::WouldBlock => unreachable!("waits for as long as it takes"),
        })
    }

    /// Takes the mutex, and notes if its owner died.
    fn take(&self, patience: Patience) -> Result<LockGuard<'_>, TryLockError> {
        record(Kind::Wait, &self.name, format_args!(""), EventId::NONE);
        match self.cell().mutex.lock(patience) {
            Taken::Free => {}
            Taken::OwnerDied if self.is_poisoned_by_death => {
                self.cell().poisoned.store(1, Ordering::Relaxed);
            }
            Taken::OwnerDied => {}
            Taken::Busy => return Err(TryLockError::WouldBlock),
            Taken::Twice => return Err(TryLockError::Lock(LockError::AlreadyHeld)),
        }
        let cause = self.last_release();
        record(Kind::Acquire, &self.name, format_args!(""), cause);
        Ok(LockGuard {
            lock: self,
            stays: PhantomData,
        })
    }

    fn last_release(&self) -> EventId {
        if !is_recording() {
            return EventId::NONE;
        }
        let [low, high] = &self.cell().released;
        let high = u128::from(high.load(Ordering::Relaxed)) << 64;
        EventId::from_bytes((high | u128::from(low.load(Ordering::Relaxed))).to_le_bytes())
    }

    #[expect(clippy::cast_possible_truncation, reason = "cut into its two halves")]
    fn note_release(&self, event: EventId) {
        if is_recording() {
            let bits = u128::from_le_bytes(event.to_bytes());
            let [low, high] = &self.cell().released;
            low.store(bits as u64, Ordering::Relaxed);
            high.store((bits >> 64) as u64, Ordering::Relaxed);
        }
    }
}

/// The lock is held until this is dropped, also by a panic.
#[derive(Debug)]
#[must_use = "the lock is free again when the guard is dropped"]
pub struct LockGuard<'a> {
    lock: &'a Lock,
    /// Pthreads lets only the thread that locked unlock, so a guard may not change its thread.
    stays: PhantomData<*const ()>,
}

impl LockGuard<'_> {
    fn unless_poisoned(self) -> Result<Self, LockError> {
        match self.lock.cell().poisoned.load(Ordering::Relaxed) {
            0 => Ok(self),
            _ => Err(LockError::OwnerDied),
        }
    }

    /// Whether it is this very lock that is held.
    pub(crate) fn is_of(&self, lock: &Lock) -> bool {
        self.lock.cell == lock.cell
    }
}

impl Drop for LockGuard<'_> {
    fn drop(&mut self) {
        // A cause is stamped before its act: after the unlock, the next owner could be earlier.
        let event = record(
            Kind::Release,
            &self.lock.name,
            format_args!(""),
            EventId::NONE,
        );
        self.lock.note_release(event);
        self.lock.cell().mutex.unlock();
    }
}
