//! A pipe between two locks: how a queue is put together.

use std::cell::RefCell;
use std::io;
use std::marker::PhantomData;
use std::sync::atomic::AtomicU32;
use std::thread;
use std::time::Instant;

use common::{Message, Trace, next_name};
use ipc_pipe::ring::{self, Patience};
use ipc_shared::{Lock, LockGuard, TryLockError};

use crate::done::Done;
use crate::{Options, Receiver, Sender};

/// A queue for any number of items, as long as they have no more than 2 MiB together
/// ([`Options::room_bytes`] gives it more).
///
/// ```
/// let (sender, receiver) = ipc_queue::unbounded()?;
/// sender.put("url_1".to_owned())?;
/// drop(sender);
/// assert_eq!(receiver.get()?, "url_1");
/// assert!(receiver.get().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the system has no memory to share or no descriptors left.
pub fn unbounded<T: Message>() -> io::Result<(Sender<T>, Receiver<T>)> {
    Options::new().make()
}

/// A queue for at most `capacity` items, of no more than 2 MiB together
/// ([`Options::room_bytes`] gives it more).
///
/// # Errors
/// When `capacity` is 0 (nothing could ever be put) or above 16,777,215; else as [`unbounded`].
pub fn bounded<T: Message>(capacity: usize) -> io::Result<(Sender<T>, Receiver<T>)> {
    Options::new().most_items(capacity).make()
}

/// A pipe of this room between two locks.
pub(crate) fn queue<T: Message>(
    name: &'static str,
    capacity_bytes: usize,
    most_items: u32,
) -> io::Result<(Sender<T>, Receiver<T>)> {
    let (writer, reader) = ring::ring(capacity_bytes, most_items)?;
    let name = next_name(name);
    let trace = Trace::named(name.clone());
    let done = Done::new(AtomicU32::new(0))?;
    let sender = Sender {
        name: name.clone(),
        done: done.clone(),
        lock: Lock::without_poison(trace.part("put"))?,
        inner: RefCell::new((writer, Vec::new())),
        most_items,
        items: PhantomData,
    };
    let receiver = Receiver {
        done,
        lock: Lock::without_poison(trace.part("get"))?,
        name,
        reader: RefCell::new(reader),
        items: PhantomData,
    };
    Ok((sender.shared(), receiver.shared()))
}

/// Takes the lock of one side, as far as patience goes.
///
/// A process that was killed with the lock in its hand has changed nothing that it did not
/// finish (see `ipc_pipe::ring`), so there is nothing to put right.
///
/// Whoever has the lock needs it for as long as it takes to copy an item, so one turn without the
/// processor is mostly enough, and costs less than to sleep and be woken.
#[inline]
pub(crate) fn acquire(lock: &Lock, patience: Patience) -> Result<LockGuard<'_>, TryLockError> {
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
