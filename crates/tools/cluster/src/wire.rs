//! What crosses the line: what the machine understands, and what is around it.

use borsh::{BorshDeserialize, BorshSerialize};

use scheduler::TaskId;
use scheduler::task::{Call, Key, Status, TaskOutcome};
use scheduler::wire::{FromScheduler, Role, ToScheduler};

/// The version of all that is said here. A scheduler refuses peers of another one.
pub(crate) const VERSION: u32 = 4;

/// The longest argument or result of a task.
pub(crate) const BODY_LIMIT: usize = 16 << 20;

/// The longest packet: the longest body with what is around it, or many small messages.
pub(crate) const PACKET_LIMIT: usize = BODY_LIMIT + (1 << 20);

/// About how many bytes of small messages are put into one packet.
pub(crate) const PACKET_BYTES: usize = 256 << 10;

/// The longest name of a peer: a login has 128 bytes in all.
pub(crate) const NAME_BYTES: usize = 32;

/// What a peer says first, sealed: it has the key, and this is no old login played back.
#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(crate) struct Hello {
    pub(crate) version: u32,
    pub(crate) role: Role,
    /// For people who look at the status.
    pub(crate) name: String,
}

/// What peers say.
#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(crate) enum ToCluster {
    Machine(ToScheduler),
    /// A client wants the whole picture.
    Overview,
    /// A client wants to know whether a batch has this task, and to add none: answered as if it was handed
    /// in, and with `Busy` if there is none of this key.
    Compare {
        key: Key,
        call: Call,
    },
    /// How many tasks this client hands in with a batch, before the first of them.
    Expect {
        batch: u64,
        tasks: u64,
    },
}

/// What the scheduler says.
#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(crate) enum FromCluster {
    Machine(FromScheduler),
    /// Answers `Overview`. In a box, since every message is as large as the largest.
    Overview(Box<Overview>),
    /// Answers `Hello`: the scheduler has the tasks of this queue. In another queue the same numbers are
    /// those of other tasks.
    Welcome {
        queue: u64,
    },
}

impl FromCluster {
    /// How many bytes of results and reasons are in it. What is lent does not count.
    pub(crate) fn answer_bytes(&self) -> usize {
        match self {
            Self::Machine(message) => answer_bytes(message),
            Self::Overview(it) => it.dead.iter().map(|(_, why)| why.len()).sum(),
            Self::Welcome { .. } => 0,
        }
    }
}

/// How many bytes of results and reasons are in it.
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
    /// The database, or nothing when all is in memory.
    pub(crate) data: Option<String>,
    pub(crate) status: Status,
    /// How many tasks have ended in the last ten seconds.
    pub(crate) recently: u64,
    pub(crate) workers: Vec<WorkerState>,
    pub(crate) clients: u64,
    /// The first of the dead tasks, and why.
    pub(crate) dead: Vec<(TaskId, String)>,
}

#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(crate) struct WorkerState {
    pub(crate) name: String,
    pub(crate) address: String,
    /// How many tasks are lent to it.
    pub(crate) holds: u64,
    /// How many ends of tasks it has told.
    pub(crate) told: u64,
}
