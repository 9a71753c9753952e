//! The data that has to survive a scheduler.

use crate::task::{CANCELLED, Call, Key, TaskId, TaskOutcome};

/// A change that a scheduler has to keep if its tasks are to survive its death. Leases are not
/// kept: after a restart each task that has not ended is ready.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the fields are what their names say")]
#[rustfmt::skip] // One record a line.
pub enum Record {
    /// A task was accepted.
    Accepted { id: TaskId, key: Key, call: Call },
    /// The task has used this much of its budgets.
    Blamed { id: TaskId, errors: u16, deaths: u16 },
    /// The task has ended.
    Ended { id: TaskId, end: End },
    /// The task was dead, and is tried again, with new budgets.
    Revived { id: TaskId },
    /// The batch, all of whose tasks had ended, is not kept any longer. `tasks` are all of them, for a
    /// store to delete, and `next` is the next number to be assigned.
    Forgotten { batch: u64, tasks: Vec<TaskId>, next: TaskId },
    /// The batch of this task will have this number of tasks in all.
    Expected { id: TaskId, tasks: u64 },
}

/// How a task has ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum End {
    /// With this result, which never changes.
    Done(Box<[u8]>),
    /// After its last error, or its last worker's death. A client can have it tried again.
    Dead(Box<str>),
    /// Cancelled by a client.
    Cancelled,
}

impl End {
    /// The length of its result or error in bytes.
    pub(crate) fn length(&self) -> usize {
        match self {
            Self::Done(body) => body.len(),
            Self::Dead(why) => why.len(),
            Self::Cancelled => 0,
        }
    }

    /// The outcome that clients receive.
    pub(crate) fn outcome(&self) -> TaskOutcome {
        match self {
            Self::Done(body) => Ok(body.to_vec()),
            Self::Dead(why) => Err(why.to_string()),
            Self::Cancelled => Err(CANCELLED.to_owned()),
        }
    }
}
