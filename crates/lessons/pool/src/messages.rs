//! What goes from the pool to its workers, and what comes back.

use std::fmt;

use multiprocess::{Exit, Failure};

use crate::long::Place;

/// Some tasks with consecutive numbers, for one worker.
///
/// Their arguments stay bytes until the worker has the packet in its hand: a process that dies
/// while it reads an argument dies of that task, and of no other.
pub(crate) struct Packet {
    /// Where the pool keeps what it knows of the packet.
    pub(crate) place: u32,
    /// The number of the first task.
    pub(crate) first_task: u64,
    pub(crate) tasks: u32,
    /// So many of them are not to be run: they were, before their worker died.
    pub(crate) skip: u32,
    pub(crate) arguments: Arguments,
}

/// One argument behind the other, as bytes.
pub(crate) enum Arguments {
    Here(Vec<u8>),
    /// In the file that all processes share.
    InFile(Place),
}

/// What a pool hears, all of it through one queue: what is told of a worker's end comes behind
/// all that the worker has told itself.
pub(crate) enum News<R> {
    /// A worker process was started in a place that was free; with the number in its name.
    Started { worker: u32, number: u32, pid: u32 },
    /// It has ended and was waited for, and its place is free; with the task it had in hand.
    Ended {
        worker: u32,
        number: u32,
        pid: u32,
        exit: Option<Exit>,
        task: Option<u64>,
    },
    /// No worker is left, and none can be started; how the last one ended.
    GivenUp { why: String },
    /// What came of a packet.
    Done {
        place: u32,
        first_task: u64,
        result: Result<Values<R>, Failed>,
    },
    /// A piece of a `Done` that is longer than the queue.
    Piece {
        first_task: u64,
        bytes: Vec<u8>,
        is_last: bool,
    },
}

/// The values of a packet. Most packets have one task, and its value needs no list.
pub(crate) enum Values<R> {
    One(R),
    Many(Vec<R>),
}

/// Some tasks of a packet have failed.
pub(crate) struct Failed {
    /// The first of them, counted from the packet's first task.
    pub(crate) offset: u32,
    pub(crate) count: u32,
    /// What happened to it.
    pub(crate) failure: Failure,
}

/// As a picture shows it: which tasks.
impl fmt::Debug for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.first_task + u64::from(self.skip);
        match self.first_task + u64::from(self.tasks) - 1 {
            last if last == first => write!(f, "task {first}"),
            last => write!(f, "tasks {first} to {last}"),
        }
    }
}

impl<R> fmt::Debug for News<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started { number, .. } => write!(f, "worker {number} started"),
            Self::Ended { number, .. } => write!(f, "worker {number} ended"),
            Self::GivenUp { .. } => f.write_str("no worker can live"),
            Self::Done {
                first_task, result, ..
            } => match result {
                Ok(Values::One(_)) => write!(f, "answer to task {first_task}"),
                Ok(Values::Many(_)) => write!(f, "answer to tasks {first_task}, ..."),
                Err(failed) => {
                    let task = first_task + u64::from(failed.offset);
                    write!(f, "error of task {task}")
                }
            },
            Self::Piece { first_task, .. } => {
                write!(f, "piece of the answer to task {first_task}")
            }
        }
    }
}

impl Failed {
    /// All of so many tasks, with one text.
    pub(crate) fn all(count: u32, text: String) -> Self {
        Self {
            offset: 0,
            count,
            failure: Failure::Error(text),
        }
    }
}
