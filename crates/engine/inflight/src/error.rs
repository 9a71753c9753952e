//! What can go wrong with a task.

use std::error::Error;
use std::fmt;

use child::Exit;
use common::EncodeError;

/// Why a task was not accepted; the argument comes back.
#[derive(Debug)]
#[non_exhaustive]
pub enum SubmitError<A> {
    /// The pool is closed.
    Closed(A),
    /// The argument has no bytes.
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
    /// Which task: its number in the order of submission, from 0.
    pub task: u64,
    /// What happened to it.
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
    /// The worker ended while it ran the task: killed, or by an exit of its own. The task may
    /// have been done in part. Of a packet of tasks that `map` made, this is the first.
    WorkerDied {
        /// The worker's process id.
        pid: u32,
        /// How it ended; `None` when the system does not report it (other code waited for it).
        exit: Option<Exit>,
    },
    /// The pool was terminated or dropped before the task was done, or its supervisor was killed.
    Stopped,
    /// No worker is left, and none can be started: again and again they ended before they took a
    /// task. How the last one ended, with the text of its panic if that is how.
    NoWorker(String),
    /// The task was not accepted, with the reason: the pool is closed, the argument has no bytes,
    /// or the system has no memory for them.
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

/// Some tasks failed, and their results have not been looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnseenFailures {
    /// How many.
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
    /// These failures, too.
    pub(crate) fn add(&mut self, others: &Self) {
        self.count += others.count;
        // They are noted in the order in which they happen.
        if others.first.task < self.first.task {
            self.first = others.first.clone();
        }
    }
}
