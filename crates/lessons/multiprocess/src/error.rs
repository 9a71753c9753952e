//! The errors of starting a process and of waiting for it.

use std::error::Error;
use std::{fmt, io};

use common::{DecodeError, EncodeError};

use crate::Exit;

/// Why a process was not started. The target is dropped, with everything that was moved into it.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The calling process has other threads, so it must not fork.
    Threads {
        /// The number of threads, including the caller.
        count: usize,
    },
    /// The calling process holds a lock of shared memory. (This refuses a [`Process`](crate::Process)
    /// only if the process has used the values through the lock's guard.)
    Locked,
    /// A system call failed.
    Os {
        /// The operation that failed.
        tried: &'static str,
        /// The system's error.
        source: io::Error,
    },
}

impl StartError {
    /// Returns a function that turns an error of the system, in the operation `tried`, into `Self::Os`.
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

/// Why a zygote did not start a process.
#[derive(Debug)]
#[non_exhaustive]
pub enum ZygoteError {
    /// The argument for the child cannot be encoded.
    Argument(EncodeError),
    /// The zygote could not fork. Or it has forked, but this process is at its limit on open files
    /// and cannot hold the child, which then runs without an owner until the zygote ends.
    Refused {
        /// The text of the error.
        message: String,
    },
    /// The request could not be sent to the zygote; most likely it has ended.
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

/// Why a process returned no value. Each variant names the process.
#[derive(Debug)]
#[non_exhaustive]
pub enum ProcessError {
    /// The target returned an error.
    Failed {
        /// The name of the process.
        name: String,
        /// The error's text.
        message: String,
    },
    /// The target panicked.
    Panicked {
        /// The name of the process.
        name: String,
        /// The panic's text.
        message: String,
    },
    /// The process ended before its target returned: by a signal, or by a call that ends the process.
    Ended {
        /// The name of the process.
        name: String,
        /// How it ended.
        exit: Exit,
    },
    /// The bytes of the result are no value of the expected type.
    Undecodable {
        /// The name of the process.
        name: String,
        /// The error of decoding them.
        source: DecodeError,
    },
    /// The system refused to wait for the process.
    Os {
        /// The name of the process.
        name: String,
        /// The system's error.
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
