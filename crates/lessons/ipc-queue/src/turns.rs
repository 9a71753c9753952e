//! How the processes on one side of a queue take turns.

use std::thread;
use std::time::Instant;

use ipc_shared::{Lock, LockGuard, TryLockError};
use ring::Patience;

/// Takes the lock of one side, as far as patience goes.
///
/// A process that was killed while it held the lock has changed nothing that it did not finish
/// (see the crate `ring`), so there is nothing to put right.
///
/// Its holder needs it for as long as it takes to copy an item, so one turn without the processor
/// is mostly enough, and costs less than to sleep and be woken.
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
