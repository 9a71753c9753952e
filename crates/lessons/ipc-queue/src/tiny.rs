//! A queue in one file: the pipe of [`ipc_pipe::tiny`] between two locks.
//!
//! ```text
//!   writer 1 --+                                        +-- reader 1
//!              |-- lock "put" --> [ pipe ] --> lock "get" --|
//!   writer 2 --+                                        +-- reader 2
//! ```
//!
//! The pipe is a ring with one sender and one receiver: the sender alone moves `tail`, where the next
//! byte is written, the receiver alone moves `head`, where the next one is read. With a lock on each
//! side, any number of processes take turns as the one sender and as the one receiver.
//!
//! There are two locks, because with only one a reader that waits for an item would hold the lock
//! that a writer needs to put it.
//!
//! It fails when a reader is killed while it waits with the lock (the others get an error,
//! for something may be half-changed), or when all writers are gone without a `close`. It
//! has no time limits and no typed items. The next rung, `queue.rs` with its two ends, solves all four.

use std::io;
use std::rc::Rc;

use ipc_pipe::tiny::{Receiver, Sender, pipe};
use ipc_shared::{Lock, LockError};

/// Both ends of a queue, for any number of processes: move a clone into each.
#[derive(Clone)]
pub struct Queue {
    sender: Rc<Sender>,
    put_lock: Lock,
    receiver: Rc<Receiver>,
    get_lock: Lock,
}

impl Queue {
    /// Creates a queue for items of 1 to 255 bytes.
    ///
    /// # Errors
    /// When the system has no memory to share.
    pub fn new() -> io::Result<Self> {
        let (sender, receiver) = pipe()?;
        Ok(Self {
            sender: Rc::new(sender),
            put_lock: Lock::new()?,
            receiver: Rc::new(receiver),
            get_lock: Lock::new()?,
        })
    }

    /// Puts an item into the queue; an empty one ends the queue. Spins while there is no room.
    ///
    /// # Errors
    /// When a process was killed, or panicked, while it was putting.
    ///
    /// # Panics
    /// When the item has more than 255 bytes; then every later `put`, of any process, is an error.
    pub fn put(&self, item: &[u8]) -> Result<(), LockError> {
        let _one_at_a_time = self.put_lock.acquire()?;
        self.sender.send(item);
        Ok(())
    }

    /// Takes the next item out of the queue; each item goes to one process. Spins while there is
    /// none. Returns `None` after the last one, when the queue has been closed, to every reader.
    ///
    /// # Errors
    /// When a process was killed, or panicked, while it was getting.
    pub fn get(&self) -> Result<Option<Vec<u8>>, LockError> {
        let _one_at_a_time = self.get_lock.acquire()?;
        Ok(self.receiver.recv())
    }

    /// Ends the queue. To be called by a process that knows that every writer is done.
    ///
    /// # Errors
    /// As [`put`](Self::put).
    pub fn close(&self) -> Result<(), LockError> {
        self.put(b"")
    }
}
