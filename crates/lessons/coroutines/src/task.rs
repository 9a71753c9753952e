//! The handle of a task: wait for its end, take its result, or kill it.

use std::future::poll_fn;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use common::life; // Records the run.
use executor::{Ended, number_of_end};

use crate::error::{TaskError, TimedOut};
use crate::name::Name;
use crate::timeout::timeout;

/// The handle of a spawned task, which later holds its result.
///
/// Dropping the handle kills the task: it does not run again, and its values are dropped at the
/// executor's next turn. So no task runs after its handle, the only way to its result.
#[must_use = "a task whose handle is dropped is killed"]
#[derive(Debug)]
pub struct Task<T> {
    name: Name,
    state: State<T>,
}

#[derive(Debug)]
enum State<T> {
    Alive(smol::Task<Ended<T>>),
    /// The number orders the ends. The error is boxed, since there may be many handles and few errors.
    Ended(Result<T, Box<TaskError>>, u64),
    /// Left behind by `get`: nothing can be moved out of a type that has a `Drop`.
    Taken,
}

impl<T> Task<T> {
    pub(crate) fn new(name: Name, task: smol::Task<Ended<T>>) -> Self {
        let state = State::Alive(task);
        Self { name, state }
    }

    /// Waits until the task has ended, however it ended. Its result stays in the handle.
    pub async fn join(&mut self) {
        poll_fn(|context| {
            let joined = self.poll_join(context);
            if joined.is_pending() {
                life::awaits(&self.name);
            }
            joined
        })
        .await;
    }

    /// Waits like [`join`](Self::join), for at most `limit`. Returns whether the task has ended.
    pub async fn join_timeout(&mut self, limit: Duration) -> bool {
        timeout(limit, self.join()).await.is_ok()
    }

    /// The result, if this handle has learned of the task's end by a join or a kill. Never waits.
    #[must_use]
    pub fn result(&self) -> Option<Result<&T, &TaskError>> {
        match &self.state {
            State::Ended(result, _) => Some(result.as_ref().map_err(|error| &**error)),
            State::Alive(_) | State::Taken => None,
        }
    }

    /// Waits until the task has ended, and returns its result. The handle is inside this future:
    /// dropping the future kills the task.
    ///
    /// # Errors
    /// When the task panicked or was killed.
    pub async fn get(mut self) -> Result<T, TaskError> {
        self.join().await;
        let State::Ended(result, _) = mem::replace(&mut self.state, State::Taken) else {
            unreachable!("it was joined");
        };
        result.map_err(|error| *error)
    }

    /// Waits for the [`result`](Self::result), for at most `limit`.
    ///
    /// # Errors
    /// [`TimedOut`]; the task then goes on. The inner result is the task's, and may be an error, too.
    pub async fn get_timeout(
        &mut self,
        limit: Duration,
    ) -> Result<Result<&T, &TaskError>, TimedOut> {
        self.join_timeout(limit).await;
        self.result().ok_or(TimedOut { limit })
    }

    /// Ends the task where it waits, or before it began, and waits until all its values are dropped. A
    /// task that has ended keeps its result. Work that it handed to [`smol::unblock`] goes on.
    pub async fn kill(&mut self) {
        let State::Alive(_) = self.state else { return };
        let kill = life::kills(&self.name);
        let task = self.name.to_string();
        let killed = State::Ended(Err(TaskError::Killed { task }.into()), number_of_end());
        // The state is "killed" before we wait, so that the handle stays usable if this future is dropped.
        if let State::Alive(task) = mem::replace(&mut self.state, killed) {
            match task.cancel().await {
                Some(ended) => self.ended(ended), // It ended first.
                None => life::joins(&self.name, kill),
            }
        }
    }

    /// Ready when the task has ended, with the number of its end; until then smol's task keeps the waker.
    pub(crate) fn poll_join(&mut self, context: &mut Context<'_>) -> Poll<u64> {
        if let State::Alive(task) = &mut self.state {
            let ended = ready!(Pin::new(task).poll(context));
            self.ended(ended);
        }
        let State::Ended(_, number) = self.state else {
            unreachable!("get has consumed the handle");
        };
        Poll::Ready(number)
    }

    /// Whether the task has ended, so that `get` will not wait.
    pub(crate) fn has_ended(&self) -> bool {
        !matches!(&self.state, State::Alive(task) if !task.is_finished())
    }

    fn ended(&mut self, ended: Ended<T>) {
        life::joins(&self.name, ended.exit);
        let result = ended.result.take().map_err(|message| {
            let task = self.name.to_string();
            Box::new(TaskError::Panicked { task, message })
        });
        self.state = State::Ended(result, ended.number);
    }
}

/// Records whether the task is killed or has ended. `state`, dropped after this, kills it.
impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        life::looks(|| {
            let mut now = Context::from_waker(Waker::noop());
            if matches!(self.state, State::Alive(_)) && self.poll_join(&mut now).is_pending() {
                life::kills(&self.name);
            }
        });
    }
}
