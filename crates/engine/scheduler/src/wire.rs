//! What crosses the network: typed messages, one a frame, and nothing that could be run.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::task::{Call, Ended, Key, Status, TaskId, TaskOutcome};

/// The version of this protocol. A scheduler refuses peers of another one.
pub const VERSION: u32 = 5;

/// What a peer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
pub enum Role {
    /// It submits tasks and collects results.
    Client,
    /// It does tasks. A scheduler that ends waits until its workers have hung up.
    Worker,
}

/// What clients and workers say to the scheduler.
#[derive(Debug, Clone, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
#[expect(missing_docs, reason = "the fields are what their names say")]
#[rustfmt::skip] // One message a line.
pub enum ToScheduler {
    /// The first message of each peer; a connection without it is closed after [`HELLO_LIMIT`](crate::limits::HELLO_LIMIT).
    Hello { version: u32, role: Role },
    /// A client has a task.
    Submit { key: Key, call: Call },
    /// A client wants to know how a task ends, now or when it is known.
    Collect { id: TaskId },
    /// A client wants the ends of its batch's tasks in the order they came, from place `since`.
    Results { batch: u64, since: u64 },
    /// A client does not want a task any more.
    Cancel { id: TaskId },
    /// A client wants to know the dead tasks, from this number on.
    Dead { since: TaskId },
    /// A client wants a dead task to be tried again.
    Retry { id: TaskId },
    /// A client asks how many tasks there are.
    Status,
    /// A client asks how far a batch is.
    Batch { batch: u64 },
    /// A client does not want the tasks of a batch any more. The first thousand that are open are
    /// cancelled; if the answer says that some still are, the client asks again.
    CancelBatch { batch: u64 },
    /// A client wants no result of a batch any more: if all its tasks have ended, they are dropped.
    Forget { batch: u64 },
    /// A client wants the scheduler to lease no more tasks, and to end when all leases are over.
    Drain { limit_ms: u64 },
    /// A client wants the scheduler to end.
    Shutdown,
    /// A worker may hold up to `most` tasks from now on; 0 is no more.
    Credit { most: u32 },
    /// A worker begins a task. From now on its death is blamed on that task.
    Started { id: TaskId, attempt: u32 },
    /// A worker has done its task.
    Done { id: TaskId, attempt: u32, body: Vec<u8> },
    /// The task returned an error or panicked; the worker is well.
    Failed { id: TaskId, attempt: u32, message: String },
    /// A worker gives a task back that it has not done.
    Release { id: TaskId, attempt: u32 },
    /// A worker lives, and still holds these tasks.
    Heartbeat { held: Vec<TaskId> },
}

/// What the scheduler says to clients and workers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
#[expect(missing_docs, reason = "the fields are what their names say")]
#[rustfmt::skip] // One message a line.
pub enum FromScheduler {
    /// Answers `Submit` and `Retry`: the task is not lost while the scheduler lives, nor after it if it is on disk.
    Accepted { id: TaskId, key: Key },
    /// Answers `Submit`: too much is queued, try again later.
    Busy { key: Key },
    /// Answers `Collect`, once the outcome is known, and `Cancel` and `Retry` of a task that has ended.
    Finished { id: TaskId, outcome: TaskOutcome },
    /// Answers `Collect`, `Cancel` and `Retry`: no task has this number.
    Unknown { id: TaskId },
    /// Answers `Results`, once there are any; more from `next` on. If `next <= since`, other ends were told: begin at 0.
    Results { since: u64, next: u64, ended: Vec<Ended> },
    /// Answers `Dead`: the first of them, with their reasons.
    Dead { tasks: Vec<(TaskId, String)> },
    /// Answers `Status`.
    Status(Status),
    /// Answers all that names a batch, but `Results`. It is to have `of` tasks in all; 0 if none has said so.
    Batch { batch: u64, kind: String, tasks: u64, of: u64, ended: u64 },
    /// To a worker that holds fewer tasks than it may: this one is its own until its line or its heartbeats end.
    Lease { id: TaskId, attempt: u32, call: Call },
    /// Answers `Done` and `Failed`: the worker may forget the task.
    Recorded { id: TaskId },
    /// The task was cancelled, or done by another worker: not to be begun any more.
    Revoked { id: TaskId },
    /// The scheduler ends, in good order. The worker hangs up without another word.
    Shutdown,
    /// Answers `Hello`, and the connection ends; or `Submit`: such a task is never accepted.
    Refused { why: String },
}
