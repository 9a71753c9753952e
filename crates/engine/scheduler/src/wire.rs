//! The messages on the network: typed data, one message per frame, and no code. To do one task takes
//! `Submit`, `Accepted` and `Collect` of a client; `Credit`, `Lease`, `Started`, `Done` and `Recorded` of its
//! worker; and `Finished`. The others are for batches, for errors and for the end.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::task::{Call, Ended, Key, Status, TaskId, TaskOutcome};

/// The version of this protocol. A scheduler refuses peers of another version.
pub const VERSION: u32 = 5;

/// The role of a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
pub enum Role {
    /// Submits tasks and collects results.
    Client,
    /// Does tasks. A scheduler that ends waits until its workers have hung up.
    Worker,
}

/// A message from a client or worker to the scheduler.
#[derive(Debug, Clone, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
#[expect(missing_docs, reason = "the fields are what their names say")]
#[rustfmt::skip] // One message a line.
pub enum ToScheduler {
    /// The first message of each peer; a connection without it is closed after [`HELLO_LIMIT`](crate::limits::HELLO_LIMIT).
    Hello { version: u32, role: Role },
    /// A client submits a task.
    Submit { key: Key, call: Call },
    /// A client wants the outcome of a task, now or when it has ended.
    Collect { id: TaskId },
    /// A client wants the ended tasks of its batch in the order of their ends, from place `since` on.
    Results { batch: u64, since: u64 },
    /// A client cancels a task.
    Cancel { id: TaskId },
    /// A client wants the dead tasks, from this number on.
    Dead { since: TaskId },
    /// A client wants a dead task to be tried again.
    Retry { id: TaskId },
    /// A client asks how many tasks are in which state.
    Status,
    /// A client asks for the progress of a batch.
    Batch { batch: u64 },
    /// A client cancels the tasks of a batch. The first thousand open tasks are cancelled; if the
    /// answer shows that some are still open, the client asks again.
    CancelBatch { batch: u64 },
    /// A client needs no results of a batch any more: if all its tasks have ended, they are dropped.
    Forget { batch: u64 },
    /// A client wants the scheduler to lend no more tasks, and to end when all leases are over.
    Drain { limit_ms: u64 },
    /// A client wants the scheduler to end.
    Shutdown,
    /// From now on a worker may hold up to `most` tasks; 0 means no more.
    Credit { most: u32 },
    /// A worker begins a task. If the worker dies from now on, this counts against the task.
    Started { id: TaskId, attempt: u32 },
    /// A worker has done its task.
    Done { id: TaskId, attempt: u32, body: Vec<u8> },
    /// The task returned an error or panicked; the worker goes on.
    Failed { id: TaskId, attempt: u32, message: String },
    /// A worker returns a task that it has not done.
    Release { id: TaskId, attempt: u32 },
    /// A worker is alive, and still holds these tasks.
    Heartbeat { held: Vec<TaskId> },
}

/// A message from the scheduler to a client or worker.
#[derive(Debug, Clone, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
#[expect(missing_docs, reason = "the fields are what their names say")]
#[rustfmt::skip] // One message a line.
pub enum FromScheduler {
    /// Answers `Submit` and `Retry`: the task is kept while the scheduler lives; if it is on disk, even longer.
    Accepted { id: TaskId, key: Key },
    /// Answers `Submit`: too much is queued, or the scheduler drains; try again later.
    Busy { key: Key },
    /// Answers `Collect`, once the outcome is known, and `Cancel` and `Retry` of a task that has ended.
    Finished { id: TaskId, outcome: TaskOutcome },
    /// Answers `Collect`, `Cancel` and `Retry`: no task has this number.
    Unknown { id: TaskId },
    /// Answers `Results`, once there are any; more from `next`. If `next <= since`, there is no such place: ask from 0.
    Results { since: u64, next: u64, ended: Vec<Ended> },
    /// Answers `Dead`: the first of them, with their reasons.
    Dead { tasks: Vec<(TaskId, String)> },
    /// Answers `Status`.
    Status(Status),
    /// Answers every message about a batch except `Results`. It will have `of` tasks in all, if the client has said so, else 0.
    Batch { batch: u64, kind: String, tasks: u64, of: u64, ended: u64 },
    /// Lends a task to a worker that may hold one more, until its connection or its heartbeats end.
    Lease { id: TaskId, attempt: u32, call: Call },
    /// Answers `Done` and `Failed`: the worker may forget the task.
    Recorded { id: TaskId },
    /// The task was cancelled, or done by another worker: the worker must not begin it.
    Revoked { id: TaskId },
    /// The scheduler ends in good order. The worker hangs up without a further message.
    Shutdown,
    /// Answers `Hello`: the connection ends. Answers `Submit`: such a task is never accepted.
    Refused { why: String },
}
