//! The client: hands in tasks, and collects what came of them.

use std::error::Error;
use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use common::{DecodeError, Message, decode, encode};

use crate::connection::{Connection, ConnectionError};
use crate::wire::{FromScheduler, Role, SILENCE_LIMIT, TaskId, ToScheduler};

/// A client's connection to the scheduler. Drop closes it; what was accepted is done all the
/// same, and another client may collect it by its number.
#[derive(Debug)]
pub struct Client {
    connection: Connection,
}

/// Why there is no value of a task.
#[derive(Debug)]
#[non_exhaustive]
pub enum ResultError {
    /// It returned an error, it panicked, or it killed each of its workers.
    Failed {
        /// Which task.
        id: TaskId,
        /// The text of its error.
        message: String,
    },
    /// The scheduler has accepted no task of this number.
    Unknown {
        /// The number.
        id: TaskId,
    },
    /// It is not finished yet. Ask again, or see whether any worker is left.
    Timeout {
        /// Which task.
        id: TaskId,
        /// How long it was waited for.
        limit: Duration,
    },
    /// Its value is of another type.
    Undecodable {
        /// Which task.
        id: TaskId,
        /// Why not.
        source: DecodeError,
    },
    /// The scheduler cannot be asked.
    Connection(ConnectionError),
}

impl fmt::Display for ResultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed { id, message } => write!(f, "task {id} failed: {message}"),
            Self::Unknown { id } => write!(
                f,
                "cannot wait for task {id}: the scheduler knows no such task; submit it first"
            ),
            Self::Timeout { id, limit } => write!(
                f,
                "task {id} is not finished after {limit:?}; is a worker running?"
            ),
            Self::Undecodable { id, source } => {
                write!(f, "cannot use the value of task {id}: {source}")
            }
            Self::Connection(error) => error.fmt(f),
        }
    }
}

impl Error for ResultError {}

impl From<ConnectionError> for ResultError {
    fn from(error: ConnectionError) -> Self {
        Self::Connection(error)
    }
}

impl Client {
    /// Connects to the scheduler. Blocks for [`CONNECT_LIMIT`](crate::wire::CONNECT_LIMIT) at
    /// most.
    ///
    /// # Errors
    /// [`ConnectionError::Connect`] when no scheduler answers there.
    pub fn connect(address: SocketAddr) -> Result<Self, ConnectionError> {
        let connection = Connection::connect_as(Role::Client, address)?;
        Ok(Self { connection })
    }

    /// Hands in a task: the registered function `kind`, to be called with `argument`. Blocks
    /// until the scheduler has accepted it, for [`SILENCE_LIMIT`] at most.
    ///
    /// # Errors
    /// [`ConnectionError`]. After `Unsendable` nothing has happened; after any other the task may
    /// or may not have been accepted, and the connection is closed.
    pub fn submit<T: Message>(
        &mut self,
        kind: &str,
        argument: &T,
    ) -> Result<TaskId, ConnectionError> {
        let unsendable = |error: &dyn fmt::Display| ConnectionError::Unsendable(error.to_string());
        let body = encode(argument).map_err(|error| unsendable(&error))?;
        let kind = kind.to_owned();
        let question = ToScheduler::Submit { kind, body };
        let answer = self.ask(&question, SILENCE_LIMIT, |answer| match answer {
            FromScheduler::Accepted { id } => Some(id),
            _ => None,
        });
        if !matches!(answer, Ok(_) | Err(ConnectionError::Unsendable(_))) {
            // A number that comes too late must not be taken for that of the next task.
            self.connection.close();
        }
        answer
    }

    /// Waits for a task, and gives its value. Blocks until it is finished, but not longer than
    /// `limit`. Asked again, it gives the same.
    ///
    /// # Errors
    /// [`ResultError`], which names the task. After `Timeout` it can be waited for again.
    pub fn result<T: Message>(&mut self, id: TaskId, limit: Duration) -> Result<T, ResultError> {
        let question = ToScheduler::Collect { id };
        let answer = self.ask(&question, limit, |answer| match answer {
            FromScheduler::Finished { id: of, outcome } if of == id => Some(Some(outcome)),
            FromScheduler::Unknown { id: of } if of == id => Some(None),
            _ => None,
        });
        let outcome = match answer {
            Ok(outcome) => outcome.ok_or(ResultError::Unknown { id })?,
            Err(ConnectionError::Timeout(_)) => return Err(ResultError::Timeout { id, limit }),
            Err(error) => return Err(error.into()),
        };
        let body = outcome.map_err(|message| ResultError::Failed { id, message })?;
        decode(&body).map_err(|source| ResultError::Undecodable { id, source })
    }

    /// Asks the scheduler to end, and waits until it does, for [`SILENCE_LIMIT`] at most. Its
    /// workers end when they have done the task they are at; results nobody collected are gone.
    ///
    /// # Errors
    /// [`ConnectionError`] when the scheduler does not answer.
    pub fn shutdown(self) -> Result<(), ConnectionError> {
        self.connection.send(&ToScheduler::Shutdown)?;
        let is_end = |answer| (answer == FromScheduler::Shutdown).then_some(());
        self.answer(Instant::now(), SILENCE_LIMIT, is_end)
    }

    fn ask<A>(
        &self,
        question: &ToScheduler,
        limit: Duration,
        is_answer: impl Fn(FromScheduler) -> Option<A>,
    ) -> Result<A, ConnectionError> {
        let asked = Instant::now();
        match self
            .connection
            .send_within(question, limit.min(SILENCE_LIMIT))
        {
            // It may have said why.
            Err(ConnectionError::Disconnected) => {}
            sent => sent?,
        }
        self.answer(asked, limit, |answer| match answer {
            FromScheduler::Shutdown => Some(Err(ConnectionError::Disconnected)),
            answer => is_answer(answer).map(Ok),
        })?
    }

    /// The first answer that is the one asked for. Others, to questions whose caller did not
    /// wait for them, are passed over; but they do not make the wait any longer.
    fn answer<A>(
        &self,
        asked: Instant,
        limit: Duration,
        is_answer: impl Fn(FromScheduler) -> Option<A>,
    ) -> Result<A, ConnectionError> {
        loop {
            let left = limit.saturating_sub(asked.elapsed());
            if let Some(answer) = is_answer(self.connection.recv_answer(left)?) {
                return Ok(answer);
            }
            if asked.elapsed() >= limit {
                return Err(ConnectionError::Timeout(limit));
            }
        }
    }
}
