//! What a worker has in hand, for all to see.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use ipc_shared::AtomicValue;

/// No task.
const EMPTY: u64 = 0;
/// Its process has not come so far as to wait for its first task.
const STARTING: u64 = u64::MAX;
/// It waits for its first task.
const READY: u64 = u64::MAX - 1;

/// How far a worker has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It makes its state.
    Starting,
    /// It has made it, and has had no task.
    Ready,
    /// It has had a task, and has answered it.
    Idle,
    /// It has the task of this number in hand.
    Busy(u64),
}

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

    /// The worker is ready for its first task.
    pub(crate) fn ready(&self) {
        self.0.store(READY, Ordering::Release);
    }

    /// The worker is ready for another task, and has answered the one before (Release: whoever
    /// sees the hand empty finds that answer in the queue).
    pub(crate) fn empty(&self) {
        self.0.store(EMPTY, Ordering::Release);
    }

    /// For a new process in the place of one that has ended.
    pub(crate) fn reset(&self) {
        self.0.store(STARTING, Ordering::Release);
    }

    /// The number of the task in hand.
    pub(crate) fn task(&self) -> Option<u64> {
        match self.stage() {
            Stage::Busy(task) => Some(task),
            _ => None,
        }
    }

    /// How far the worker has come.
    pub(crate) fn stage(&self) -> Stage {
        match self.0.load(Ordering::Acquire) {
            EMPTY => Stage::Idle,
            STARTING => Stage::Starting,
            READY => Stage::Ready,
            task => Stage::Busy(task - 1),
        }
    }
}
