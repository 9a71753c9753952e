//! What can go wrong when a thread starts or ends.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::io;

use common::panic_text;

/// Why no thread was started.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The name contains a zero byte, at which the system would cut it off.
    Name(String),
    /// The system cannot start another thread.
    System {
        /// The name that the thread would have had.
        thread: String,
        /// The system's error.
        source: io::Error,
    },
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(
                f,
                "cannot start thread {name:?}: a name may not hold a zero byte; choose another"
            ),
            Self::System { thread, source } => write!(
                f,
                "cannot start thread {thread}: {source}; let other threads end first"
            ),
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Name(_) => None,
            Self::System { source, .. } => Some(source),
        }
    }
}

/// Why a join returned no value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum JoinError {
    /// The thread ended by a panic.
    Panicked {
        /// The name of the thread.
        thread: String,
        /// The text of the panic.
        message: String,
    },
    /// The thread tried to join itself, which would have waited forever.
    Itself {
        /// The name of the thread.
        thread: String,
    },
}

impl JoinError {
    pub(crate) fn itself(thread: &str) -> Self {
        Self::Itself {
            thread: thread.to_owned(),
        }
    }

    pub(crate) fn panicked(thread: &str, panic: &(dyn Any + Send)) -> Self {
        Self::Panicked {
            thread: thread.to_owned(),
            message: panic_text(panic),
        }
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panicked { thread, message } => {
                write!(f, "thread {thread} panicked: {message}; it gave no value")
            }
            Self::Itself { thread } => write!(
                f,
                "thread {thread} cannot join itself; let the one that started it join it"
            ),
        }
    }
}

impl Error for JoinError {}
