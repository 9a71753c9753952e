//! What a worker has in hand, for all to see.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use ipc_shared::AtomicValue;

/// No task.
const EMPTY: u64 = 0;
/// Its process has not come to its first task yet.
const STARTING: u64 = u64::MAX;

/// One word in shared memory for each worker: the number of its task, plus one. A kill cannot
/// leave a word half-written.
#[derive(Debug, Clone)]
pub(crate) struct Hand(AtomicValue<AtomicU64>);

impl Hand {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self(AtomicValue::new(AtomicU64::new(STARTING))?))
    }

    /// The worker has this task. Shown before the task leaves the queue: killed before this
    /// line, the worker leaves it there; killed after it, everybody knows whose it was. (Release,
    /// as in `empty`, for whoever looks too late to see the hand empty.)
    #[inline]
    pub(crate) fn show(&self, task: u64) {
        self.0.store(task + 1, Ordering::Release);
    }

    /// The worker is ready for a task, and has answered the one before (Release: whoever sees
    /// the hand empty finds that answer in the queue).
    pub(crate) fn empty(&self) {
        self.0.store(EMPTY, Ordering::Release);
    }

    /// For a new process in the place of one that has ended.
    pub(crate) fn reset(&self) {
        self.0.store(STARTING, Ordering::Release);
    }

    /// The number of the task in hand.
    pub(crate) fn task(&self) -> Option<u64> {
        match self.0.load(Ordering::Acquire) {
            EMPTY | STARTING => None,
            task => Some(task - 1),
        }
    }

    /// Whether the worker has not come so far as to wait for a task.
    pub(crate) fn is_starting(&self) -> bool {
        self.0.load(Ordering::Acquire) == STARTING
    }
}
