//! What crosses the network: typed messages, one a frame, and nothing that could be run.

use std::fmt;
use std::time::Duration;

use borsh::{BorshDeserialize, BorshSerialize};

/// The longest message to the scheduler. A frame that claims more ends its connection.
pub const MESSAGE_LIMIT: usize = 1 << 20;

/// The longest message from it: what it passes on has a few bytes more around it, and has to
/// fit, too. Else a task that was accepted could not be given to any worker.
pub const PASSED_ON_LIMIT: usize = MESSAGE_LIMIT + 64;

/// How long to try to reach a scheduler.
pub const CONNECT_LIMIT: Duration = Duration::from_secs(2);

/// How long a scheduler waits for the first message of a connection.
pub const HELLO_LIMIT: Duration = Duration::from_secs(2);

/// How long a scheduler that ends waits for its workers to hang up.
pub const GRACE: Duration = Duration::from_secs(2);

/// How often a worker says that it lives.
pub const HEARTBEAT: Duration = Duration::from_secs(1);

/// Who says nothing for so long, where something is due, counts as gone: three heartbeats.
pub const SILENCE_LIMIT: Duration = Duration::from_secs(3);

/// The number under which the scheduler has accepted a task; the first is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct TaskId(pub u64);

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What came of a task: the bytes of its value, or the text of its error.
pub type TaskOutcome = Result<Vec<u8>, String>;

/// The version of this protocol. A scheduler refuses peers of another one.
pub const VERSION: u32 = 1;

/// What a peer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Role {
    /// It submits tasks and collects results.
    Client,
    /// It does tasks. A scheduler that ends waits until its workers have hung up.
    Worker,
}

/// What clients and workers say to the scheduler.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[expect(missing_docs, reason = "the fields are what their names say")]
pub enum ToScheduler {
    /// The first message of each peer. [`Connection::connect`](crate::Connection::connect) sends
    /// it; a connection without it is closed after [`HELLO_LIMIT`].
    Hello { version: u32, role: Role },
    /// A client has a task: which function, by name, and the bytes of its argument.
    Submit { kind: String, body: Vec<u8> },
    /// A client wants to be told what comes of a task, now or when it is known.
    Collect { id: TaskId },
    /// A client wants the scheduler to end.
    Shutdown,
    /// A worker has nothing to do: it may be given one task.
    Ready,
    /// A worker has done its task.
    Done { id: TaskId, body: Vec<u8> },
    /// The task returned an error or panicked; the worker is well.
    Failed { id: TaskId, message: String },
    /// A worker lives, however long its task takes.
    Heartbeat,
}

/// What the scheduler says to clients and workers.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[expect(missing_docs, reason = "the fields are what their names say")]
pub enum FromScheduler {
    /// Answers `Submit`: from now on the task is not lost.
    Accepted { id: TaskId },
    /// Answers `Collect`, once the outcome is known.
    Finished { id: TaskId, outcome: TaskOutcome },
    /// Answers `Collect`: no task has this number.
    Unknown { id: TaskId },
    /// Answers `Ready`: the task is this worker's as long as its connection lives.
    Lease {
        id: TaskId,
        kind: String,
        body: Vec<u8>,
    },
    /// The scheduler ends, in good order. The worker hangs up without another word.
    Shutdown,
    /// Answers `Hello`: this peer is not served, for the given reason. The connection ends.
    Refused { why: String },
}
