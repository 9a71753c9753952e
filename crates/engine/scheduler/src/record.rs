//! What has to survive a scheduler.

use crate::task::{CANCELLED, Call, Key, TaskId, TaskOutcome};

/// What a scheduler that outlives its own death has to keep. Leases are not among it: after a
/// restart each task that has not ended is ready.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the fields are what their names say")]
#[rustfmt::skip] // One record a line.
pub enum Record {
    /// There is a new task.
    Accepted { id: TaskId, key: Key, call: Call },
    /// This much of its budgets is spent.
    Blamed { id: TaskId, errors: u16, deaths: u16 },
    /// It has ended.
    Ended { id: TaskId, end: End },
    /// It was dead, and is tried again, with new budgets.
    Revived { id: TaskId },
    /// This batch, all of whose tasks had ended, is not kept any longer. The number `next`, and
    /// those above it, are still to be given out.
    Forgotten { batch: u64, next: TaskId },
    /// This batch, which has a task, is to have this number of them in all.
    Expected { batch: u64, tasks: u64 },
}

/// How a task has ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum End {
    /// With this result. It never changes.
    Done(Box<[u8]>),
    /// By its last error, or with its last worker. A client can have it tried again.
    Dead(Box<str>),
    /// At a client's wish.
    Cancelled,
}

impl End {
    /// How many bytes are told of it.
    pub(crate) fn length(&self) -> usize {
        match self {
            Self::Done(body) => body.len(),
            Self::Dead(why) => why.len(),
            Self::Cancelled => 0,
        }
    }

    /// What a client is told of it.
    pub(crate) fn outcome(&self) -> TaskOutcome {
        match self {
            Self::Done(body) => Ok(body.to_vec()),
            Self::Dead(why) => Err(why.to_string()),
            Self::Cancelled => Err(CANCELLED.to_owned()),
        }
    }
}
