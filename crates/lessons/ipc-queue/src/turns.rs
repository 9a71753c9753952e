//! How the processes on one side of a queue take turns.

use std::thread;
use std::time::Instant;

use ipc_shared::{Lock, LockGuard, TryLockError};
use ring::Patience;

/// Takes the lock of one side; waits for it as long as `patience` allows.
///
/// A process that is killed while it holds the lock leaves nothing half-changed (see the crate
/// `ring`), so there is nothing to repair.
///
/// An owner that need not wait for an item or for room holds the lock only while it copies one. So to
/// yield the processor once is usually enough, and costs less than sleeping and being woken.
#[inline]
pub(crate) fn take_turn(lock: &Lock, patience: Patience) -> Result<LockGuard<'_>, TryLockError> {
    match (lock.try_acquire(), patience) {
        (Err(TryLockError::WouldBlock), Patience::Forever) => {
            thread::yield_now();
            lock.acquire().map_err(TryLockError::Lock)
        }
        (Err(TryLockError::WouldBlock), Patience::Until(deadline)) => {
            thread::yield_now();
            lock.acquire_timeout(deadline.saturating_duration_since(Instant::now()))
        }
        (taken, _) => taken,
    }
}
