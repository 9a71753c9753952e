//! The messages on the line: those that the machine understands, and a few around them.

use borsh::{BorshDeserialize, BorshSerialize};

use scheduler::TaskId;
use scheduler::task::{Call, Key, Status, TaskOutcome};
use scheduler::wire::{FromScheduler, Role, ToScheduler};

/// The version of these messages. A scheduler refuses peers of another one.
pub(crate) const VERSION: u32 = 6;

/// How a scheduler of any version begins to refuse a peer of another one.
pub(crate) const OTHER_VERSION: &str = "it speaks version";

/// The longest argument or result of a task.
pub(crate) const BODY_LIMIT: usize = 16 << 20;

/// The longest packet: the longest body and the rest of its message, or many small messages.
pub(crate) const PACKET_LIMIT: usize = BODY_LIMIT + (1 << 20);

/// About how many bytes of small messages are put into one packet.
pub(crate) const PACKET_BYTES: usize = 256 << 10;

/// The longest name of a peer: a login has 128 bytes in all.
pub(crate) const NAME_BYTES: usize = 32;

/// The first sealed message of a peer: the peer has the key, and does not replay an old login.
#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(crate) struct Hello {
    pub(crate) version: u32,
    pub(crate) role: Role,
    /// For people who read the status.
    pub(crate) name: String,
}

/// The messages of peers.
#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(crate) enum ToCluster {
    Machine(ToScheduler),
    /// A client asks for the state of the whole scheduler.
    Overview,
    /// A client asks whether a batch has this task, and adds none. The answer is that to a
    /// submission, or `Busy` if no task has this key.
    Compare {
        key: Key,
        call: Call,
    },
    /// How many tasks this client will hand in with a batch, sent before the first of them.
    Expect {
        batch: u64,
        tasks: u64,
    },
}

/// The messages of the scheduler.
#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(crate) enum FromCluster {
    Machine(FromScheduler),
    /// Answers `Overview`. In a box, because every message is as large as the largest.
    Overview(Box<Overview>),
    /// Answers `Hello`: the scheduler has the tasks of this queue.
    Welcome {
        queue: Queue,
    },
}

/// The tasks of a scheduler: which ones their numbers mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) struct Queue {
    /// In a queue with another number, the numbers of tasks mean other tasks.
    pub(crate) number: u64,
    /// Another one at each start of a scheduler.
    pub(crate) run: u64,
    /// The number of the next task when the scheduler started. If its database was replaced by an
    /// older copy, earlier schedulers have assigned this number and later ones to other tasks.
    pub(crate) first: TaskId,
}

impl Queue {
    /// A queue that begins, in memory alone.
    pub(crate) fn new() -> Self {
        Self {
            number: common::random_number(),
            run: common::random_number(),
            first: TaskId(0),
        }
    }
}

impl FromCluster {
    /// How many bytes of results and reasons the message has. Leased tasks do not count.
    pub(crate) fn answer_bytes(&self) -> usize {
        match self {
            Self::Machine(message) => answer_bytes(message),
            Self::Overview(it) => it.dead.iter().map(|(_, _, why)| why.len()).sum(),
            Self::Welcome { .. } => 0,
        }
    }
}

/// How many bytes of results and reasons the message has.
pub(crate) fn answer_bytes(message: &FromScheduler) -> usize {
    let bytes = |outcome: &TaskOutcome| outcome.as_ref().map_or_else(String::len, Vec::len);
    match message {
        FromScheduler::Finished { outcome, .. } => bytes(outcome),
        FromScheduler::Results { ended, .. } => ended.iter().map(|it| bytes(&it.outcome)).sum(),
        FromScheduler::Dead { tasks } => tasks.iter().map(|(_, why)| why.len()).sum(),
        _ => 0,
    }
}

/// The state of the scheduler and its workers.
#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(crate) struct Overview {
    pub(crate) up_seconds: u64,
    /// The name of the database; `None` if all is in memory.
    pub(crate) data: Option<String>,
    pub(crate) status: Status,
    /// How many tasks have ended in the last ten seconds.
    pub(crate) recently: u64,
    pub(crate) workers: Vec<WorkerState>,
    pub(crate) clients: u64,
    /// The first dead tasks, their batches, and why they are dead.
    pub(crate) dead: Vec<(TaskId, u64, String)>,
}

#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(crate) struct WorkerState {
    pub(crate) name: String,
    pub(crate) address: String,
    /// How many tasks are lent to the worker.
    pub(crate) holds: u64,
    /// How many ends of tasks it has reported.
    pub(crate) told: u64,
}
