//! What can go wrong with a task.

use std::error::Error;
use std::fmt;

use child::Exit;
use common::EncodeError;

/// Why a task was not accepted; it holds the argument.
#[derive(Debug)]
#[non_exhaustive]
pub enum SubmitError<A> {
    /// The pool is closed.
    Closed(A),
    /// The argument cannot be encoded.
    Encode(A, EncodeError),
}

impl<A> fmt::Display for SubmitError<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed(_) => f.write_str("the pool is closed"),
            Self::Encode(_, error) => error.fmt(f),
        }
    }
}

impl<A: fmt::Debug> Error for SubmitError<A> {}

/// Why a task has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskError {
    /// The number of the task in the order of submission, from 0.
    pub task: u64,
    /// What happened to the task.
    pub cause: Cause,
}

/// What happened to a task that has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The function returned an error, with this text.
    Failed(String),
    /// The function panicked, with this text.
    Panicked(String),
    /// The worker ended while it ran the task: it was killed, or called exit. The task may have been
    /// done in part. The tasks after it in the same packet of `map` were not run.
    WorkerDied {
        /// The worker's process id.
        pid: u32,
        /// How it ended; `None` if the system does not report it (other code waited for it).
        exit: Option<Exit>,
    },
    /// The pool was terminated or dropped before the task was done, or its supervisor was killed.
    Stopped,
    /// No worker is left, and none can be started: again and again they ended before they took a
    /// task. The text says how the last one ended, with the text of its panic if it panicked.
    NoWorker(String),
    /// The task was not accepted, for this reason: the pool is closed, the argument cannot be
    /// encoded, or the system has no memory for its bytes.
    Refused(String),
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let task = self.task;
        match &self.cause {
            Cause::Failed(message) => write!(f, "task {task} failed: {message}"),
            Cause::Panicked(message) => write!(f, "task {task} panicked: {message}"),
            Cause::WorkerDied { pid, exit } => {
                write!(f, "the worker of task {task} (pid {pid}) died")?;
                exit.map_or(Ok(()), |exit| write!(f, ": {exit}"))
            }
            Cause::Stopped => write!(f, "task {task} was not done: the pool was stopped"),
            Cause::NoWorker(why) => write!(
                f,
                "task {task} was not done: no worker can be started any more; the last one: {why}"
            ),
            Cause::Refused(message) => write!(f, "task {task} was not accepted: {message}"),
        }
    }
}

impl Error for TaskError {}

/// Tasks failed, and their results have not been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnseenFailures {
    /// The number of such tasks.
    pub count: usize,
    /// The first of them, in the order of submission.
    pub first: TaskError,
}

impl fmt::Display for UnseenFailures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, first } = self;
        match count {
            1 => write!(f, "1 task failed and its result was never read: {first}"),
            _ => write!(
                f,
                "{count} tasks failed and their results were never read; the first: {first}"
            ),
        }
    }
}

impl Error for UnseenFailures {}

impl UnseenFailures {
    /// Adds other failures.
    pub(crate) fn add(&mut self, others: &Self) {
        self.count += others.count;
        // Failures are recorded in the order in which they happen.
        if others.first.task < self.first.task {
            self.first = others.first.clone();
        }
    }
}
