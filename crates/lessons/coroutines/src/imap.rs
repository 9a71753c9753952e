//! A pool's results as a stream: in the order of the items, or in the order in which the tasks end.

use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;

use smol::stream::{self, Stream};

use crate::error::TaskError;
use crate::name::Name;
use crate::race::Race;
use crate::slots::Slots;
use crate::task::Task;

/// A stream of results, to be awaited one by one with `next`.
pub type Results<'a, T> = Pin<Box<dyn Stream<Item = Result<T, TaskError>> + 'a>>;

/// How many tasks may be under way, or have results that were not taken yet, in a pool that has
/// room for more: there may be no end of items.
const MOST_AHEAD: usize = 10_000;

/// The results in the order of the items.
pub(crate) fn imap<'a, I: 'a, T: 'static, F: Future<Output = T> + 'static>(
    slots: Rc<Slots>,
    items: impl Iterator<Item = I> + 'a,
    work: impl FnMut(I) -> F + 'a,
) -> Results<'a, T> {
    let start = (starts(slots, items, work), VecDeque::new());
    Box::pin(stream::unfold(start, async |(mut next, mut running)| {
        while let Some((_, task)) = next(running.len()).await {
            running.push_back(task);
        }
        let result = running.pop_front()?.get().await;
        Some((result, (next, running)))
    }))
}

/// The results in the order in which the tasks end.
pub(crate) fn imap_unordered<'a, I: 'a, T: 'static, F: Future<Output = T> + 'static>(
    slots: Rc<Slots>,
    items: impl Iterator<Item = I> + 'a,
    work: impl FnMut(I) -> F + 'a,
) -> Results<'a, T> {
    let start = (starts(slots, items, work), Race::new());
    Box::pin(stream::unfold(start, async |(mut next, mut race)| {
        while let Some((number, task)) = next(race.len()).await {
            race.add(number, task);
        }
        let (_, first) = race.first_ended().await?;
        Some((first.get().await, (next, race)))
    }))
}

/// Starts the task of the next item, if there is one and the pool has room. `ahead` is the number
/// of results that have not been taken. Only when it is 0 does this wait for room; otherwise the
/// caller can wait for a result instead.
fn starts<I, T: 'static, F: Future<Output = T> + 'static>(
    slots: Rc<Slots>,
    items: impl Iterator<Item = I>,
    mut work: impl FnMut(I) -> F,
) -> impl AsyncFnMut(usize) -> Option<(usize, Task<T>)> {
    let mut items = items.enumerate().peekable();
    async move |ahead| {
        if ahead >= slots.size().min(MOST_AHEAD) {
            return None;
        }
        items.peek()?;
        let slot = match ahead {
            0 => slots.take().await,
            _ => slots.try_take()?,
        };
        let (number, item) = items.next()?;
        let task = slot.spawn(Name::Item(number), work(item));
        Some((number, task))
    }
}
