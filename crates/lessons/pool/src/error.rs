//! The errors of making a pool.

use std::error::Error;
use std::{fmt, io};

use multiprocess::{ProcessError, StartError};

/// Why a pool was not made.
#[derive(Debug)]
#[non_exhaustive]
pub enum PoolError {
    /// A pool of 0 workers would never do a task.
    NoWorkers,
    /// The supervisor of the workers could not be started.
    Start(StartError),
    /// The supervisor could not start the workers, or died.
    Supervisor(ProcessError),
    /// The system has no memory to share or no descriptors left, or more than 4,096 workers were asked for.
    Os(io::Error),
}

impl From<io::Error> for PoolError {
    fn from(error: io::Error) -> Self {
        Self::Os(error)
    }
}

impl fmt::Display for PoolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoWorkers => f.write_str("cannot make a pool of 0 workers; it takes 1 or more"),
            Self::Start(error) => write!(f, "cannot make a pool: {error}"),
            Self::Supervisor(error) => write!(f, "cannot make a pool: {error}"),
            Self::Os(error) => write!(f, "cannot make a pool: {error}"),
        }
    }
}

impl Error for PoolError {}
