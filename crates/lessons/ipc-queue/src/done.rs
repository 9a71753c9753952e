//! Waiting until every item is done (Python's `JoinableQueue`).
//!
//! The ring has the number of items that were ever put: the store that puts an item also counts it.
//! So one more counter is enough, of the items that are done; the difference is the number that is
//! outstanding. No process can be killed between putting an item and counting it.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ipc_shared::AtomicValue;
use ring::NOT_HELD;

/// The number of items that are done, modulo 2^32, in shared memory.
#[derive(Debug, Clone)]
pub(crate) struct Done(AtomicValue<AtomicU32>);

/// The longest time between two checks of the counter.
const LONGEST_SLEEP: Duration = Duration::from_millis(10);

/// The error when every item is already marked as done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NothingOutstanding;

/// Why a wait ended before every item was done.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JoinError {
    /// Every receiver has gone, and this many items were never marked as done.
    Disconnected(u32),
    /// The limit passed, and this many items were not marked as done.
    Timeout(u32),
    /// The end stayed with another process when this one was started.
    NotHeld,
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disconnected(items) => {
                write!(f, "every receiver has gone, and {items} items are not done")
            }
            Self::Timeout(items) => write!(f, "{items} items were not done in time"),
            Self::NotHeld => f.write_str(NOT_HELD),
        }
    }
}

impl Error for JoinError {}

impl Done {
    pub(crate) fn new() -> io::Result<Self> {
        AtomicValue::new(AtomicU32::new(0)).map(Self)
    }

    /// Marks one item as done, if one is outstanding. `beyond` returns how many items more than its
    /// argument were ever put.
    pub(crate) fn task_done(&self, beyond: impl Fn(u32) -> u32) -> Result<(), NothingOutstanding> {
        let mark = |done| (beyond(done) > 0).then(|| done.wrapping_add(1));
        // Release: a process that sees the mark also sees the work that was done. Acquire: what `beyond`
        // reads is not older than the marks. Otherwise an item could be counted whose mark is not.
        let marked = self
            .0
            .fetch_update(Ordering::Release, Ordering::Acquire, mark);
        marked.map(drop).map_err(|_| NothingOutstanding)
    }

    /// Returns how many items are not marked as done.
    pub(crate) fn outstanding(&self, beyond: impl Fn(u32) -> u32) -> u32 {
        beyond(self.0.load(Ordering::Acquire))
    }

    /// Sleeps between two checks, and returns `Ok` at the first one that finds no item `outstanding`.
    /// Returns an error when `limit` is over (one that is too long for an `Instant` never is), or when
    /// every receiver `is_gone`. It counts once more after that, so marks made by then count.
    pub(crate) fn join_timeout(
        &self,
        limit: Duration,
        outstanding: impl Fn() -> u32,
        is_gone: impl Fn() -> bool,
    ) -> Result<(), JoinError> {
        let deadline = Instant::now().checked_add(limit);
        let mut sleep = Duration::from_micros(50);
        loop {
            // Ask before counting: a receiver that has gone made its marks before it went.
            let is_gone = is_gone();
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            match outstanding() {
                0 => return Ok(()),
                items if is_gone => return Err(JoinError::Disconnected(items)),
                items if left == Some(Duration::ZERO) => return Err(JoinError::Timeout(items)),
                // Poll: a wake-up of its own is not worth it for a wait for a whole batch.
                _ => thread::sleep(left.map_or(sleep, |left| left.min(sleep))),
            }
            sleep = (2 * sleep).min(LONGEST_SLEEP);
        }
    }
}
