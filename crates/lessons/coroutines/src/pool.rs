//! A pool limits how many tasks are under way at once.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use crate::error::{TaskError, ZeroSize};
use crate::imap::{Results, imap, imap_unordered};
use crate::name::Name;
use crate::slots::Slots;
use crate::task::Task;
use crate::timeout::timeout;

/// A group of tasks, at most a fixed number of them under way at once. A clone is the same pool.
///
/// Dropping the pool does not affect its tasks: they belong to their handles.
#[derive(Debug, Clone)]
pub struct Pool {
    slots: Rc<Slots>,
}

impl Pool {
    /// A pool in which at most `size` tasks are under way.
    ///
    /// # Errors
    /// [`ZeroSize`] for 0.
    pub fn bounded(size: usize) -> Result<Self, ZeroSize> {
        if size == 0 {
            return Err(ZeroSize);
        }
        Ok(Self {
            slots: Slots::new(size),
        })
    }

    /// A pool without a limit, like the notes' `Pool()`: it only counts its tasks.
    #[must_use]
    pub fn unbounded() -> Self {
        Self {
            slots: Slots::new(usize::MAX),
        }
    }

    /// Spawns a task in the pool. While the pool is full the *spawner* waits, until one of its
    /// tasks has ended or was killed.
    pub async fn spawn<T: 'static>(
        &self,
        name: impl Into<Rc<str>>,
        future: impl Future<Output = T> + 'static,
    ) -> Task<T> {
        let slot = self.slots.take().await;
        slot.spawn(Name::Given(name.into()), future)
    }

    /// Runs `future` as a task in the pool and waits for its result.
    ///
    /// # Errors
    /// When the task panicked.
    pub async fn apply<T: 'static>(
        &self,
        name: impl Into<Rc<str>>,
        future: impl Future<Output = T> + 'static,
    ) -> Result<T, TaskError> {
        self.spawn(name, future).await.get().await
    }

    /// Calls `work` with each item, as tasks in the pool, waits for all of them and returns the
    /// results in the order of the items. The tasks are called `item 0`, `item 1` and so on.
    ///
    /// The value that a task returns, even an error, is its result. Dropping this future kills the tasks.
    ///
    /// # Errors
    /// When a task panicked: the first one in the order of the items. All others have ended by then.
    pub async fn map<I, T, F>(
        &self,
        items: impl IntoIterator<Item = I>,
        mut work: impl FnMut(I) -> F,
    ) -> Result<Vec<T>, TaskError>
    where
        T: 'static,
        F: Future<Output = T> + 'static,
    {
        let mut tasks = VecDeque::new();
        let mut values = Ok(Vec::new());
        for (number, item) in items.into_iter().enumerate() {
            let slot = self.slots.take().await;
            tasks.push_back(slot.spawn(Name::Item(number), work(item)));
            // A task that has ended keeps its memory until its result is taken.
            while let Some(ended) = tasks.pop_front_if(|task| task.has_ended()) {
                keep(&mut values, ended.get().await);
            }
        }
        for task in tasks {
            keep(&mut values, task.get().await);
        }
        values
    }

    /// Calls `work` with each item, as tasks in the pool, and returns their results one by one, in
    /// the order of the items.
    ///
    /// Each `next` first starts as many tasks as the pool has room for, up to 10,000 ahead of the
    /// results that were taken. So no item is taken before a result is asked for, and there may be
    /// no end of items. Dropping the stream kills the tasks under way.
    pub fn imap<'a, I, T, F>(
        &self,
        items: impl IntoIterator<Item = I, IntoIter: 'a>,
        work: impl FnMut(I) -> F + 'a,
    ) -> Results<'a, T>
    where
        I: 'a,
        T: 'static,
        F: Future<Output = T> + 'static,
    {
        imap(Rc::clone(&self.slots), items.into_iter(), work)
    }

    /// Like [`imap`](Self::imap), but returns the results in the order in which the tasks end.
    pub fn imap_unordered<'a, I, T, F>(
        &self,
        items: impl IntoIterator<Item = I, IntoIter: 'a>,
        work: impl FnMut(I) -> F + 'a,
    ) -> Results<'a, T>
    where
        I: 'a,
        T: 'static,
        F: Future<Output = T> + 'static,
    {
        imap_unordered(Rc::clone(&self.slots), items.into_iter(), work)
    }

    /// Waits until no task is in the pool, and no caller of [`spawn`](Self::spawn) waits for a
    /// place: a place that is freed goes straight to the next waiting caller.
    pub async fn join(&self) {
        self.slots.all_free().await;
    }

    /// Waits like [`join`](Self::join), for at most `limit`; returns whether the pool is empty.
    pub async fn join_timeout(&self, limit: Duration) -> bool {
        timeout(limit, self.join()).await.is_ok()
    }
}

/// Adds a value, or keeps the first error.
fn keep<T>(values: &mut Result<Vec<T>, TaskError>, result: Result<T, TaskError>) {
    if let Ok(list) = values {
        match result {
            Ok(value) => list.push(value),
            Err(error) => *values = Err(error),
        }
    }
}
