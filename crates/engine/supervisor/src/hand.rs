//! How far a worker has come, in one word that it shares with its supervisor and its owner.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use child::Shared;

/// How far a worker has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It prepares its state.
    Starting,
    /// It has prepared its state, and has not had a task.
    Ready,
    /// It has had a task, and has answered it.
    Idle,
    /// It has the task of this number in hand.
    Busy(u64),
}

impl Stage {
    pub(crate) fn task(self) -> Option<u64> {
        match self {
            Self::Busy(task) => Some(task),
            _ => None,
        }
    }
}

/// One word in shared memory for each worker, which a kill cannot leave half-written. A clone is
/// the same word.
///
/// A process that sees a stage also sees everything that the worker did before it showed that
/// stage: if the worker is idle, its answer can be received.
#[derive(Debug, Clone)]
pub struct Hand(Arc<Shared<AtomicU64>>);

// The words of the stages; above `BUSY`, the number of the task.
const STARTING: u64 = 0;
const READY: u64 = 1;
const IDLE: u64 = 2;
const BUSY: u64 = 3;

impl Hand {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self(Arc::new(Shared::new(AtomicU64::new(STARTING))?)))
    }

    /// Records how far the worker has come.
    #[inline]
    pub fn show(&self, stage: Stage) {
        let word = match stage {
            Stage::Starting => STARTING,
            Stage::Ready => READY,
            Stage::Idle => IDLE,
            Stage::Busy(task) => BUSY + task,
        };
        self.0.store(word, Ordering::Release);
    }

    /// How far the worker has come.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match self.0.load(Ordering::Acquire) {
            STARTING => Stage::Starting,
            READY => Stage::Ready,
            IDLE => Stage::Idle,
            busy => Stage::Busy(busy - BUSY),
        }
    }
}
