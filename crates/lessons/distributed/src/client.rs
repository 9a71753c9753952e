//! The client: submits tasks, and collects their results.

use std::error::Error;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use std::{fmt, thread};

use common::{DecodeError, Message, decode, encode, random_number};
use scheduler::ask::{ask, ask_to_end};
use scheduler::connection::{Connection, ConnectionError};
use scheduler::limits::SILENCE_LIMIT;
use scheduler::task::{CANCELLED, Call, Key, Status, TaskId, TaskOutcome};
use scheduler::wire::{FromScheduler, Role, ToScheduler};

/// The pause before a task that a busy scheduler did not accept is submitted again.
const BUSY_PAUSE: Duration = Duration::from_millis(20);

/// A client's connection to the scheduler. Drop closes it; tasks that were accepted are done
/// nevertheless, and another client can collect their results by the batch's number.
#[derive(Debug)]
pub struct Client {
    connection: Connection,
    batch: u64,
    /// The index of the next task in the batch.
    next_index: u32,
    /// How many ended tasks of the batch this client has received.
    next_end: u64,
}

/// Why a task has no value.
#[derive(Debug)]
#[non_exhaustive]
pub enum ResultError {
    /// The task returned an error, panicked, or killed each of its workers.
    Failed {
        /// The task.
        id: TaskId,
        /// The text of its error.
        message: String,
    },
    /// The scheduler has accepted no task with this number.
    Unknown {
        /// The number.
        id: TaskId,
    },
    /// The task has not ended yet. Ask again, or check whether a worker is left.
    Timeout {
        /// The task.
        id: TaskId,
        /// The limit of the wait.
        limit: Duration,
    },
    /// The task's value has another type.
    Undecodable {
        /// The task.
        id: TaskId,
        /// Why it cannot be decoded.
        source: DecodeError,
    },
    /// The scheduler does not answer, or the connection is gone.
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

/// A task that has ended, with its value or the reason why there is none.
pub type Ended<T> = (TaskId, Result<T, ResultError>);

impl Client {
    /// Connects to the scheduler, with a batch of its own. Blocks for
    /// [`CONNECT_LIMIT`](crate::limits::CONNECT_LIMIT) at most.
    ///
    /// # Errors
    /// [`ConnectionError::Connect`] when no scheduler answers there.
    pub fn connect(address: SocketAddr) -> Result<Self, ConnectionError> {
        Self::connect_for(address, random_number())
    }

    /// Connects for a batch that another client has begun, or may have begun. Tasks that it submits in
    /// the same order as that client are not accepted twice: it receives the numbers of those tasks.
    ///
    /// # Errors
    /// Those of [`connect`](Self::connect).
    pub fn connect_for(address: SocketAddr, batch: u64) -> Result<Self, ConnectionError> {
        let connection = Connection::connect_as(Role::Client, address)?;
        Ok(Self {
            connection,
            batch,
            next_index: 0,
            next_end: 0,
        })
    }

    /// The number of the batch, with which another client can collect its results.
    #[must_use]
    pub fn batch(&self) -> u64 {
        self.batch
    }

    /// Submits a task: the registered function `kind`, to be called with `argument`. Blocks until
    /// the scheduler has accepted it, for [`SILENCE_LIMIT`] at most.
    ///
    /// # Errors
    /// [`ConnectionError`]. After `Unsendable` or `Busy` nothing has happened; after any other the
    /// task may have been accepted, and the connection is closed: a new client for the same batch
    /// can submit it again.
    pub fn submit<T: Message>(
        &mut self,
        kind: &str,
        argument: &T,
    ) -> Result<TaskId, ConnectionError> {
        let body = encode(argument).map_err(|e| ConnectionError::Unsendable(e.to_string()))?;
        let (batch, index, kind) = (self.batch, self.next_index, kind.to_owned());
        let (key, call) = (Key { batch, index }, Call { kind, body });
        let question = ToScheduler::Submit { key, call };
        let asked = Instant::now();
        loop {
            let left = SILENCE_LIMIT.saturating_sub(asked.elapsed());
            let answer = ask(&self.connection, &question, left, |answer| match answer {
                FromScheduler::Accepted { id, key: of } if of == key => Some(Some(id)),
                FromScheduler::Busy { key: of } if of == key => Some(None),
                _ => None,
            });
            match answer {
                Ok(Some(id)) => {
                    self.next_index += 1;
                    return Ok(id);
                }
                // The second half of the limit is reserved for the answer.
                Ok(None) if asked.elapsed() < SILENCE_LIMIT / 2 => thread::sleep(BUSY_PAUSE),
                Ok(None) => return Err(ConnectionError::Busy),
                Err(error) => {
                    // A key that may have been accepted must not be used for another task.
                    if !matches!(error, ConnectionError::Unsendable(_)) {
                        self.connection.close();
                    }
                    return Err(error);
                }
            }
        }
    }

    /// Waits for a task, and returns its value. Blocks until it has ended, for `limit` at most. A
    /// second call returns the same value.
    ///
    /// # Errors
    /// [`ResultError`], which names the task. After `Timeout` the client can wait for it again.
    pub fn result<T: Message>(&mut self, id: TaskId, limit: Duration) -> Result<T, ResultError> {
        match self.ask_of(id, &ToScheduler::Collect { id }, limit) {
            Err(ResultError::Connection(ConnectionError::Timeout(_))) => {
                Err(ResultError::Timeout { id, limit })
            }
            outcome => value(id, outcome?),
        }
    }

    /// Cancels a task that has not ended. Returns whether it is cancelled now; if not, it had already
    /// ended. A worker that is running the task is not interrupted, and its result is dropped.
    ///
    /// # Errors
    /// [`ResultError::Unknown`] or [`ResultError::Connection`].
    pub fn cancel(&mut self, id: TaskId) -> Result<bool, ResultError> {
        let outcome = self.ask_of(id, &ToScheduler::Cancel { id }, SILENCE_LIMIT)?;
        Ok(outcome.is_err_and(|why| why == CANCELLED))
    }

    /// Waits for the next tasks of this batch to end, and returns them in the order of their ends;
    /// this client receives each once. Blocks until there is one, for `limit` at most; for a batch
    /// without tasks it returns an empty list at once.
    ///
    /// # Errors
    /// [`ConnectionError`]. After `Timeout` the client can wait again.
    pub fn next_results<T: Message>(
        &mut self,
        limit: Duration,
    ) -> Result<Vec<Ended<T>>, ConnectionError> {
        let (batch, since) = (self.batch, self.next_end);
        let question = ToScheduler::Results { batch, since };
        let (next, ended) = ask(&self.connection, &question, limit, |answer| match answer {
            FromScheduler::Results {
                since: of,
                next,
                ended,
            } if of == since => Some((next, ended)),
            _ => None,
        })?;
        self.next_end = if next > since { next } else { 0 }; // 0: the batch has begun anew.
        let ended = ended.into_iter();
        Ok(ended.map(|it| (it.id, value(it.id, it.outcome))).collect())
    }

    /// The dead tasks from the number `since` on, with the reasons: tasks that have failed, or
    /// killed their workers, too often. If there are too many for one message, the first of them.
    ///
    /// # Errors
    /// [`ConnectionError`] when the scheduler does not answer.
    pub fn dead(&mut self, since: TaskId) -> Result<Vec<(TaskId, String)>, ConnectionError> {
        let is_answer = |answer| match answer {
            FromScheduler::Dead { tasks } => Some(tasks),
            _ => None,
        };
        let question = ToScheduler::Dead { since };
        ask(&self.connection, &question, SILENCE_LIMIT, is_answer)
    }

    /// Has a dead task tried again, as if it were new. A task that is not dead stays as it is.
    ///
    /// # Errors
    /// [`ConnectionError`] when the scheduler does not answer.
    pub fn retry(&mut self, id: TaskId) -> Result<(), ConnectionError> {
        let is_answer = |answer| match answer {
            FromScheduler::Accepted { id: of, .. }
            | FromScheduler::Finished { id: of, .. }
            | FromScheduler::Unknown { id: of } => (of == id).then_some(()),
            _ => None,
        };
        let question = ToScheduler::Retry { id };
        ask(&self.connection, &question, SILENCE_LIMIT, is_answer)
    }

    /// How many tasks the scheduler has, by their states.
    ///
    /// # Errors
    /// [`ConnectionError`] when the scheduler does not answer.
    pub fn status(&mut self) -> Result<Status, ConnectionError> {
        let is_answer = |answer| match answer {
            FromScheduler::Status(status) => Some(status),
            _ => None,
        };
        let question = ToScheduler::Status;
        ask(&self.connection, &question, SILENCE_LIMIT, is_answer)
    }

    /// Asks the scheduler to lend no more tasks, and to end when the last lease is over. Blocks
    /// until it ends, for `limit` plus [`SILENCE_LIMIT`] at most.
    ///
    /// # Errors
    /// [`ConnectionError`] when the scheduler does not answer.
    pub fn drain(self, limit: Duration) -> Result<(), ConnectionError> {
        let limit_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        let limit = limit.saturating_add(SILENCE_LIMIT);
        ask_to_end(&self.connection, &ToScheduler::Drain { limit_ms }, limit)
    }

    /// Asks the scheduler to end, and blocks until it does, for [`SILENCE_LIMIT`] at most. Its
    /// workers end after their current task; results that were not collected are lost.
    ///
    /// # Errors
    /// [`ConnectionError`] when the scheduler does not answer.
    pub fn shutdown(self) -> Result<(), ConnectionError> {
        ask_to_end(&self.connection, &ToScheduler::Shutdown, SILENCE_LIMIT)
    }

    /// Asks about a task that may be unknown, or may not have ended yet.
    fn ask_of(
        &self,
        id: TaskId,
        question: &ToScheduler,
        limit: Duration,
    ) -> Result<TaskOutcome, ResultError> {
        let outcome = ask(&self.connection, question, limit, |answer| match answer {
            FromScheduler::Finished { id: of, outcome } if of == id => Some(Some(outcome)),
            FromScheduler::Unknown { id: of } if of == id => Some(None),
            _ => None,
        })?;
        outcome.ok_or(ResultError::Unknown { id })
    }
}

fn value<T: Message>(id: TaskId, outcome: TaskOutcome) -> Result<T, ResultError> {
    let body = outcome.map_err(|message| ResultError::Failed { id, message })?;
    decode(&body).map_err(|source| ResultError::Undecodable { id, source })
}
