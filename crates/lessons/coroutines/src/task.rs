//! The handle of a task: wait for its end, take its result, or kill it.

use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use common::{EventId, Kind, is_watched, lane, record};

use crate::live::{Ended, number_of_end};
use crate::name::Name;
use crate::timeout::{TimedOut, timeout};

/// A task that was spawned, and later its result.
///
/// Dropping the handle kills the task: it does not run again, and what it holds is dropped at
/// the executor's next turn. So no task outlives the last one who could ask for its result.
#[must_use = "a task whose handle is dropped is killed"]
#[derive(Debug)]
pub struct Task<T> {
    name: Name,
    state: State<T>,
}

#[derive(Debug)]
enum State<T> {
    Alive(smol::Task<Ended<T>>),
    // In a box, since there may be many handles and few errors.
    Ended(Result<T, Box<TaskError>>, u64),
    /// By `get`, which has consumed the handle.
    Taken,
}

/// Why a task gave no value. (An error that it *returned* is its value.)
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TaskError {
    /// It panicked; the other tasks went on.
    Panicked {
        /// The name of the task.
        task: String,
        /// What the panic said.
        message: String,
    },
    /// It was killed before it ended.
    Killed {
        /// The name of the task.
        task: String,
    },
}

impl<T> Task<T> {
    pub(crate) fn new(name: Name, task: smol::Task<Ended<T>>) -> Self {
        let state = State::Alive(task);
        Self { name, state }
    }

    /// Waits until the task has ended, in whichever way. Its result stays in the handle.
    pub async fn join(&mut self) {
        poll_fn(|context| {
            let joined = self.poll_join(context);
            if joined.is_pending() && is_watched() && !lane::waits() {
                record(Kind::Wait, "", format_args!("{}", self.name), EventId::NONE);
            }
            joined
        })
        .await;
    }

    /// Waits likewise, but not longer than `limit`; says whether the task has ended. If not, it
    /// goes on.
    pub async fn join_timeout(&mut self, limit: Duration) -> bool {
        timeout(limit, self.join()).await.is_ok()
    }

    /// The result, if the task has ended *and* this handle has seen it end, by a join or a
    /// kill. Never waits.
    #[must_use]
    pub fn result(&self) -> Option<Result<&T, &TaskError>> {
        match &self.state {
            State::Alive(_) | State::Taken => None,
            State::Ended(Ok(value), _) => Some(Ok(value)),
            State::Ended(Err(error), _) => Some(Err(error)),
        }
    }

    /// Waits until the task has ended, and gives its result. The handle is inside this future:
    /// who gives up waiting kills the task.
    ///
    /// # Errors
    /// When the task panicked or was killed.
    pub async fn get(mut self) -> Result<T, TaskError> {
        self.join().await;
        match mem::replace(&mut self.state, State::Taken) {
            State::Ended(result, _) => result.map_err(|error| *error),
            State::Alive(_) | State::Taken => unreachable!("it was joined"),
        }
    }

    /// Waits likewise, but not longer than `limit`. The result stays in the handle, and a task
    /// that has not ended goes on.
    ///
    /// # Errors
    /// [`TimedOut`] when it has not ended by then. (Inside is what the task came to.)
    pub async fn get_timeout(
        &mut self,
        limit: Duration,
    ) -> Result<Result<&T, &TaskError>, TimedOut> {
        self.join_timeout(limit).await;
        self.result().ok_or(TimedOut { limit })
    }

    /// Ends the task where it waits, or before it began, and waits until all that it held is
    /// dropped. A task that has already ended keeps its result; a second kill changes nothing.
    ///
    /// What the task handed to [`smol::unblock`] goes on in its thread; only the waiting ends.
    pub async fn kill(&mut self) {
        let State::Alive(_) = self.state else { return };
        let kill = record(Kind::Kill, "", format_args!("{}", self.name), EventId::NONE);
        let error = TaskError::Killed {
            task: self.name.to_string(),
        };
        let killed = State::Ended(Err(Box::new(error)), number_of_end());
        // The handle says "killed" before we wait, so that it stays usable if we are dropped.
        if let State::Alive(task) = mem::replace(&mut self.state, killed) {
            match task.cancel().await {
                // It was quicker than we.
                Some(ended) => self.joined(ended),
                None => _ = record(Kind::Join, "", format_args!("{}", self.name), kill),
            }
        }
    }

    /// Ready when the task has ended, with the number of its end.
    pub(crate) fn poll_join(&mut self, context: &mut Context<'_>) -> Poll<u64> {
        loop {
            match &mut self.state {
                State::Taken => unreachable!("get has consumed the handle"),
                State::Ended(_, number) => return Poll::Ready(*number),
                State::Alive(task) => {
                    let ended = ready!(Pin::new(task).poll(context));
                    self.joined(ended);
                }
            }
        }
    }

    /// Whether the task has ended, so that `get` will not wait.
    pub(crate) fn has_ended(&self) -> bool {
        match &self.state {
            State::Alive(task) => task.is_finished(),
            State::Ended(..) | State::Taken => true,
        }
    }

    fn joined(&mut self, ended: Ended<T>) {
        record(Kind::Join, "", format_args!("{}", self.name), ended.exit);
        let result = ended.result.map_err(|message| {
            let task = self.name.to_string();
            Box::new(TaskError::Panicked { task, message })
        });
        self.state = State::Ended(result, ended.number);
    }
}

/// Kills the task if it has not ended. On record stands which of the two it was.
impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        let State::Alive(task) = &mut self.state else {
            return;
        };
        if !is_watched() {
            return;
        }
        match Pin::new(task).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(ended) => self.joined(ended),
            Poll::Pending => {
                record(Kind::Kill, "", format_args!("{}", self.name), EventId::NONE);
            }
        }
    }
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panicked { task, message } => {
                write!(
                    f,
                    "task {task} panicked: {message}; standard error says where"
                )
            }
            Self::Killed { task } => {
                write!(
                    f,
                    "task {task} was killed before it ended; join it first for its result"
                )
            }
        }
    }
}

impl Error for TaskError {}
