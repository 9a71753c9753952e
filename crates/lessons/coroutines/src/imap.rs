//! A pool's results as a stream: in the order of the items, or in the order in which they come.

use std::iter::Peekable;
use std::vec;

use smol::stream::{self, StreamExt};

use crate::joinall::first_ended;
use crate::name::Name;
use crate::pool::Pool;
use crate::spawn::spawn_holding;
use crate::task::{Task, TaskError};

/// Results to be awaited one by one, with `next`.
pub type Results<T> = stream::BoxedLocal<Result<T, TaskError>>;

impl Pool {
    /// Calls `work` with each item, as tasks in the pool, and gives their results one by one, in
    /// the order of the items.
    ///
    /// Each `next` first starts as many tasks as the pool has room for; so no item is taken
    /// before somebody asks for a result. Dropping the stream kills the tasks under way.
    pub fn imap<I, T, F>(
        &self,
        items: impl IntoIterator<Item = I>,
        work: impl FnMut(I) -> F + 'static,
    ) -> Results<T>
    where
        I: 'static,
        T: 'static,
        F: Future<Output = T> + 'static,
    {
        let feed = Feed::new(self, items, work);
        stream::unfold(feed, async |mut feed| {
            feed.fill().await;
            if feed.running.is_empty() {
                return None;
            }
            let (_, first) = feed.running.remove(0);
            Some((first.get().await, feed))
        })
        .boxed_local()
    }

    /// The same, but what ends first comes first.
    pub fn imap_unordered<I, T, F>(
        &self,
        items: impl IntoIterator<Item = I>,
        work: impl FnMut(I) -> F + 'static,
    ) -> Results<T>
    where
        I: 'static,
        T: 'static,
        F: Future<Output = T> + 'static,
    {
        let feed = Feed::new(self, items, work);
        stream::unfold(feed, async |mut feed| {
            feed.fill().await;
            let (_, first) = first_ended(&mut feed.running).await?;
            Some((first.get().await, feed))
        })
        .boxed_local()
    }
}

/// Items that wait for a place in the pool, and the tasks of those that have one.
struct Feed<I, T, W> {
    pool: Pool,
    items: Peekable<vec::IntoIter<(usize, I)>>,
    work: W,
    running: Vec<(usize, Task<T>)>,
}

impl<I, T, F, W> Feed<I, T, W>
where
    T: 'static,
    F: Future<Output = T> + 'static,
    W: FnMut(I) -> F,
{
    fn new(pool: &Pool, items: impl IntoIterator<Item = I>, work: W) -> Self {
        let items: Vec<_> = items.into_iter().enumerate().collect();
        Self {
            pool: pool.clone(),
            items: items.into_iter().peekable(),
            work,
            running: Vec::new(),
        }
    }

    /// Starts as many tasks as there is room for. Waits for room only when no task of ours is
    /// under way: else there is a result to wait for instead.
    async fn fill(&mut self) {
        while self.items.peek().is_some() {
            let slot = if self.running.is_empty() {
                self.pool.slots.take().await
            } else if let Some(slot) = self.pool.slots.try_take() {
                slot
            } else {
                return;
            };
            if let Some((number, item)) = self.items.next() {
                let task = spawn_holding(Name::Item(number), (self.work)(item), slot);
                self.running.push((number, task));
            }
        }
    }
}
