//! A pool's results as a stream: in the order of the items, or in the order in which they come.

use std::collections::VecDeque;
use std::iter::{Enumerate, Peekable};
use std::pin::Pin;

use smol::stream::{self, Stream};

use crate::name::Name;
use crate::pool::Pool;
use crate::race::Race;
use crate::spawn::spawn_holding;
use crate::task::{Task, TaskError};

/// Results to be awaited one by one, with `next`.
pub type Results<'a, T> = Pin<Box<dyn Stream<Item = Result<T, TaskError>> + 'a>>;

/// So many tasks may be under way, or have results that were not asked for yet, in a pool that has
/// room for more: what makes the items may have no end.
const MOST_AHEAD: usize = 10_000;

impl Pool {
    /// Calls `work` with each item, as tasks in the pool, and gives their results one by one, in
    /// the order of the items.
    ///
    /// Each `next` first starts as many tasks as the pool has room for, up to 10,000 ahead of the
    /// results that were taken. So no item is taken before a result is asked for, and the items
    /// may have no end. Dropping the stream kills the tasks under way.
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
        let feed = Feed::new(self, items, work);
        let running = VecDeque::new();
        Box::pin(stream::unfold(
            (feed, running),
            async |(mut feed, mut running)| {
                while let Some((_, task)) = feed.next(running.len()).await {
                    running.push_back(task);
                }
                let result = running.pop_front()?.get().await;
                Some((result, (feed, running)))
            },
        ))
    }

    /// As [`imap`](Self::imap), but what ends first comes first.
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
        let feed = Feed::new(self, items, work);
        Box::pin(stream::unfold(
            (feed, Race::new()),
            async |(mut feed, mut race)| {
                while let Some((number, task)) = feed.next(race.len()).await {
                    race.add(number, task);
                }
                let (_, first) = race.first().await?;
                Some((first.get().await, (feed, race)))
            },
        ))
    }
}

/// Items that wait for a place in the pool.
struct Feed<I: Iterator, W> {
    pool: Pool,
    items: Peekable<Enumerate<I>>,
    work: W,
}

impl<I, T, F, W> Feed<I, W>
where
    I: Iterator,
    T: 'static,
    F: Future<Output = T> + 'static,
    W: FnMut(I::Item) -> F,
{
    fn new(pool: &Pool, items: impl IntoIterator<IntoIter = I>, work: W) -> Self {
        Self {
            pool: pool.clone(),
            items: items.into_iter().enumerate().peekable(),
            work,
        }
    }

    /// The task of the next item, if there is one and room for it, when `ahead` results of ours
    /// have not been taken. Waits for room only when that is none: else there is a result to wait
    /// for instead.
    async fn next(&mut self, ahead: usize) -> Option<(usize, Task<T>)> {
        if ahead >= self.pool.slots.size().min(MOST_AHEAD) {
            return None;
        }
        self.items.peek()?;
        let slot = if ahead == 0 {
            self.pool.slots.take().await
        } else {
            self.pool.slots.try_take()?
        };
        let (number, item) = self.items.next()?;
        let task = spawn_holding(Name::Item(number), (self.work)(item), slot);
        Some((number, task))
    }
}
