//! What can go wrong, with advice in every message.

use std::error::Error;
use std::fmt;
use std::time::Duration;

/// Why a task has no value. (An error that it *returned* is its value.)
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TaskError {
    /// It panicked; the other tasks went on.
    Panicked {
        /// The name of the task.
        task: String,
        /// The text of the panic.
        message: String,
    },
    /// It was killed before it ended.
    Killed {
        /// The name of the task.
        task: String,
    },
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (task, what) = match self {
            Self::Panicked { task, message } => (
                task,
                format!("panicked: {message}; standard error says where"),
            ),
            Self::Killed { task } => {
                let what = "was killed before it ended; join it first for its result";
                (task, what.to_owned())
            }
        };
        write!(f, "task {task} {what}")
    }
}

impl Error for TaskError {}

/// A time limit was reached before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedOut {
    /// The time limit of the call.
    pub limit: Duration,
}

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not done within {:?}; give it more time", self.limit)
    }
}

impl Error for TimedOut {}

/// A pool cannot have room for 0 tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZeroSize;

impl fmt::Display for ZeroSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pool of 0 runs no task; give it 1 or more, or use Pool::unbounded()")
    }
}

impl Error for ZeroSize {}
