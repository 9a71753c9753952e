//! Waiting until every item has been dealt with (Python's `JoinableQueue`).
//!
//! How many items were ever put stands in the ring, counted by the store that puts them. So one
//! counter more is enough, of the items that are done; the difference is what is outstanding.
//! Nobody can be killed between the two.

use std::error::Error;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use common::Message;
use ipc_pipe::ring::{Patience, WriteError};
use ipc_shared::AtomicValue;

use crate::queue::acquire;
use crate::{Receiver, Sender};

/// How many items are done, modulo 2^32, as the counter stands in shared memory.
pub(crate) type Done = AtomicValue<AtomicU32>;

/// The longest time between two looks at the counter.
const LONGEST_SLEEP: Duration = Duration::from_millis(10);

/// Every item is done: no mark is left to be made.
#[derive(Debug, PartialEq, Eq)]
pub struct NothingOutstanding;

/// Why a queue is not done.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JoinError {
    /// Every receiver has gone, and so many items were never marked as done.
    Disconnected(u32),
    /// In time, so many items were not marked as done.
    Timeout(u32),
}

impl fmt::Display for NothingOutstanding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("every item is done already; mark each item once, after it was got")
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disconnected(items) => {
                write!(f, "every receiver has gone, and {items} items are not done")
            }
            Self::Timeout(items) => write!(f, "{items} items were not done in time"),
        }
    }
}

impl Error for NothingOutstanding {}
impl Error for JoinError {}

impl<T: Message> Receiver<T> {
    /// Marks one item that was got as done, for [`Sender::join_timeout`].
    ///
    /// # Errors
    /// [`NothingOutstanding`] when as many were marked as were ever put.
    pub fn task_done(&self) -> Result<(), NothingOutstanding> {
        let reader = self.reader.borrow();
        let mark = |done| (reader.messages_beyond(done) > 0).then(|| done.wrapping_add(1));
        // Release: whoever sees the mark sees what was done.
        let marked = self
            .done
            .fetch_update(Ordering::Release, Ordering::Relaxed, mark);
        marked.map(drop).map_err(|_| NothingOutstanding)
    }
}

impl<T: Message> Sender<T> {
    /// How many items are not marked as done: in the queue, or in the hands of a getter. (No more
    /// than 16,777,215 can be told.)
    #[must_use]
    pub fn outstanding(&self) -> u32 {
        let done = self.done.load(Ordering::Acquire);
        self.inner.borrow().0.messages_beyond(done)
    }

    /// Waits until every item that was put has been marked as done, but not longer than `limit`.
    /// An item in the hands of a process that was killed is never marked.
    ///
    /// # Errors
    /// [`JoinError`].
    pub fn join_timeout(&self, limit: Duration) -> Result<(), JoinError> {
        let deadline = Instant::now().checked_add(limit);
        let mut sleep = Duration::from_micros(50);
        loop {
            // Asked before the look: what a receiver marked, it marked before it went.
            let is_gone = self.has_no_receiver();
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            match self.outstanding() {
                0 => return Ok(()),
                items if is_gone => return Err(JoinError::Disconnected(items)),
                items if left == Some(Duration::ZERO) => return Err(JoinError::Timeout(items)),
                // A wait for a whole batch is not worth a bell of its own.
                _ => thread::sleep(left.map_or(sleep, |left| left.min(sleep))),
            }
            sleep = (2 * sleep).min(LONGEST_SLEEP);
        }
    }

    /// Asked under the lock, as all that a writer does; if another one has it, the next time.
    fn has_no_receiver(&self) -> bool {
        let Ok(_the_one_writer) = acquire(&self.lock, Patience::None) else {
            return false;
        };
        self.inner.borrow_mut().0.check_readers() == Err(WriteError::Disconnected)
    }
}
