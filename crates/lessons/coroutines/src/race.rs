//! Takes tasks in the order in which they end. The first use of it is to stop at the first error.

use std::collections::{BTreeMap, HashMap};
use std::future::poll_fn;
use std::task::{Context, Poll};

use executor::Calls;

use crate::error::TaskError;
use crate::task::Task;

/// Waits for tasks that return a `Result`, and returns their values; or stops at the error that
/// happened first, and kills the tasks that have not ended by then: gevent's
/// `joinall(..., raise_error=True)`.
///
/// # Errors
/// The error that the first task to fail returned, or its [`TaskError`] if it was killed or panicked.
pub async fn try_joinall<T, E: From<TaskError>>(
    tasks: Vec<Task<Result<T, E>>>,
) -> Result<Vec<T>, E> {
    let mut values: Vec<Option<T>> = tasks.iter().map(|_| None).collect();
    let mut race = Race::new();
    for (number, task) in tasks.into_iter().enumerate() {
        race.add(number, task);
    }
    while let Some((number, task)) = race.first_ended().await {
        values[number] = Some(task.get().await??);
    }
    Ok(values.into_iter().flatten().collect())
}

/// Tasks, each with a number, which are taken out in the order in which they end.
///
/// Each task has its own waker, which records the task's number: so a turn checks only the tasks
/// that were woken since the last turn, and not all of them.
#[derive(Debug)]
pub(crate) struct Race<T> {
    running: HashMap<usize, Task<T>>,
    /// By the numbers of their ends: several may have ended since the last turn.
    ended: BTreeMap<u64, (usize, Task<T>)>,
    calls: Calls,
}

impl<T> Race<T> {
    pub(crate) fn new() -> Self {
        Self {
            running: HashMap::new(),
            ended: BTreeMap::new(),
            calls: Calls::default(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.running.len() + self.ended.len()
    }

    /// Adds a task, whose number no other task in the race has.
    pub(crate) fn add(&mut self, number: usize, task: Task<T>) {
        self.running.insert(number, task);
        self.calls.add(number);
    }

    /// Waits until a task has ended, and takes out the one that ended first, with its number;
    /// `None` when the race is empty.
    pub(crate) async fn first_ended(&mut self) -> Option<(usize, Task<T>)> {
        if self.len() == 0 {
            return None;
        }
        poll_fn(|context| {
            for number in self.calls.take(context.waker()) {
                self.look_at(number);
            }
            match self.ended.pop_first() {
                Some((_, first)) => Poll::Ready(Some(first)),
                None => Poll::Pending,
            }
        })
        .await
    }

    /// Moves the task to the ended ones, if it has ended.
    fn look_at(&mut self, number: usize) {
        let Some(task) = self.running.get_mut(&number) else {
            return;
        };
        let waker = self.calls.waker(number);
        if let Poll::Ready(end) = task.poll_join(&mut Context::from_waker(&waker))
            && let Some(task) = self.running.remove(&number)
        {
            self.ended.insert(end, (number, task));
        }
    }
}
