//! Of many tasks, the one that ends first; then the next one.

use std::collections::{BTreeMap, HashMap};
use std::future::poll_fn;
use std::task::{Context, Poll};

use executor::Calls;

use crate::task::Task;

/// Tasks, each with a number, to be taken out in the order in which they end.
///
/// Each task has a waker of its own, which notes its number: so a turn looks only at the tasks that
/// have ended since the last one, however many there are.
#[derive(Debug)]
pub(crate) struct Race<T> {
    running: HashMap<usize, Task<T>>,
    /// By the numbers of their ends: several may have ended since we last had our turn.
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

    /// Adds a task. No other one in the race has its number.
    pub(crate) fn add(&mut self, number: usize, task: Task<T>) {
        self.running.insert(number, task);
        self.calls.add(number);
    }

    /// Waits until one of the tasks has ended, and takes out the one that ended first, with its
    /// number; `None` when there are no tasks.
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

    /// Moves the task to those that have ended, if it has.
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
