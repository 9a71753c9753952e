//! What can go wrong with a process.

use std::error::Error;
use std::{fmt, io};

use common::{DecodeError, EncodeError};

use crate::Exit;

/// Why no process was started. What was moved into the target is dropped.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The calling process has other threads, so it must not fork.
    Threads {
        /// How many threads there are, the caller included.
        count: usize,
    },
    /// The calling process holds a lock of shared memory.
    Locked,
    /// The system refused.
    Os {
        /// What was tried.
        tried: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

impl StartError {
    /// An error of the system, when `tried` was tried.
    pub(crate) fn os(tried: &'static str) -> impl Fn(io::Error) -> Self {
        move |source| Self::Os { tried, source }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Threads { count } => write!(
                f,
                "cannot start a process: {count} threads run in this one, and in the child all \
                 but the caller would be gone with their locks held forever; \
                 start processes before threads"
            ),
            Self::Locked => f.write_str(
                "cannot fork: this process holds a lock of shared memory, and parent and child would \
                 both have access through its guard; drop its guard first",
            ),
            Self::Os { tried, source } => {
                write!(f, "cannot start a process: cannot {tried}: {source}")
            }
        }
    }
}

impl Error for StartError {}

/// Why a zygote started no process.
#[derive(Debug)]
#[non_exhaustive]
pub enum ZygoteError {
    /// The argument for the child has no bytes.
    Argument(EncodeError),
    /// The zygote could not fork. Or, at the limit on open files of this process, the child could not
    /// be held: it runs without an owner until the zygote ends.
    Refused {
        /// Why not, in its words.
        message: String,
    },
    /// The zygote could not be asked: it has ended, most likely.
    NotAsked(io::Error),
}

impl fmt::Display for ZygoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(source) => write!(f, "cannot start a process: {source}"),
            Self::Refused { message } => write!(f, "the zygote: {message}"),
            Self::NotAsked(source) => write!(
                f,
                "cannot start a process: cannot ask the zygote for one (has it ended?): {source}"
            ),
        }
    }
}

impl Error for ZygoteError {}

/// Why a process gave no value. Each variant names the process.
#[derive(Debug)]
#[non_exhaustive]
pub enum ProcessError {
    /// Its target returned an error.
    Failed {
        /// The name of the process.
        name: String,
        /// The error's text.
        message: String,
    },
    /// Its target panicked.
    Panicked {
        /// The name of the process.
        name: String,
        /// The panic's text.
        message: String,
    },
    /// It ended before its target returned: by a signal, or by asking for an exit code.
    Ended {
        /// The name of the process.
        name: String,
        /// How it ended.
        exit: Exit,
    },
    /// What it sent is no value of the type.
    Undecodable {
        /// The name of the process.
        name: String,
        /// Why not.
        source: DecodeError,
    },
    /// The system refused to wait for it.
    Os {
        /// The name of the process.
        name: String,
        /// What the system said.
        source: io::Error,
    },
}

impl fmt::Display for ProcessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed { name, message } => write!(f, "process {name} failed: {message}"),
            Self::Panicked { name, message } => write!(f, "process {name} panicked: {message}"),
            Self::Ended { name, exit } => write!(f, "process {name} gave no result: {exit}"),
            Self::Undecodable { name, source } => {
                write!(f, "the result of process {name} is lost: {source}")
            }
            Self::Os { name, source } => write!(f, "cannot wait for process {name}: {source}"),
        }
    }
}

impl Error for ProcessError {}
