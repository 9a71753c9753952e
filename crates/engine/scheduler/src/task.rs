//! The data about a task: its number, its key, its call, and its outcome.

use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};

/// One connection, of a client or a worker. A number is never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Peer(pub u64);

/// The number under which the scheduler has accepted a task; the first is 0.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub struct TaskId(pub u64);

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A client's name for a task: the same key is the same task, however often it is submitted.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub struct Key {
    /// The batch, whose tasks are collected together. Each client has its own batches.
    pub batch: u64,
    /// The number of the task in its batch.
    pub index: u32,
}

/// The work of a task.
#[derive(Debug, Clone, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
pub struct Call {
    /// The name of a function that the workers know.
    pub kind: String,
    /// The bytes of its argument.
    pub body: Vec<u8>,
}

/// How a task has ended: the bytes of its value, or the text of its error.
pub type TaskOutcome = Result<Vec<u8>, String>;

/// An ended task of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
#[expect(missing_docs, reason = "the fields are what their names say")]
pub struct Ended {
    pub id: TaskId,
    /// Its number in the batch.
    pub index: u32,
    pub outcome: TaskOutcome,
}

/// The error of a task that a client has cancelled.
pub const CANCELLED: &str = "it was cancelled";

/// How many tasks are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
#[expect(missing_docs, reason = "the fields are what their names say")]
pub struct Status {
    pub ready: u64,
    pub leased: u64,
    pub delayed: u64,
    pub dead: u64,
    /// Done or cancelled.
    pub ended: u64,
    /// Results that came after the task had ended, and were dropped.
    pub late: u64,
}
