//! The tasks that were submitted together: how many have ended, and in which order.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::time::Duration;

use crate::task::{Key, TaskId};

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Batch {
    tasks: BTreeMap<u32, TaskId>,
    /// How many there are to be in all; 0 if no client has said so.
    of: u64,
    /// Each end of one of them, in the order they came. A task that was dead and is tried again
    /// is in it twice; its latest place is the one that counts.
    ended: Vec<TaskId>,
    /// How many have not ended.
    open: u64,
    /// None of those has an index below this one.
    open_from: u32,
    /// How long before the first step its latest end was, if an earlier scheduler has recorded that.
    ago: Duration,
    /// When it is over, if it stays closed.
    leaves: Duration,
}

/// All batches, by their number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Batches {
    all: BTreeMap<u64, Batch>,
    /// Those of which no task is open any more, since [`over`](Self::over) was asked the last time.
    closed: Vec<u64>,
    /// Those that were closed then, by the time at which they have been so for long enough.
    leaving: BTreeSet<(Duration, u64)>,
}

impl Batches {
    pub(crate) fn has(&self, batch: u64) -> bool {
        self.all.contains_key(&batch)
    }

    /// The one that was submitted so.
    pub(crate) fn find(&self, key: Key) -> Option<TaskId> {
        self.all.get(&key.batch)?.tasks.get(&key.index).copied()
    }

    /// Its tasks, in the order of their indexes.
    pub(crate) fn tasks(&self, batch: u64) -> impl Iterator<Item = TaskId> + '_ {
        let batch = self.all.get(&batch).into_iter();
        batch.flat_map(|batch| batch.tasks.values().copied())
    }

    /// The ends of its tasks, in the order they came.
    pub(crate) fn ended(&self, batch: u64) -> &[TaskId] {
        self.all.get(&batch).map_or(&[], |batch| &batch.ended)
    }

    /// How many tasks it is to have in all; 0 if no client has said so.
    pub(crate) fn expected(&self, batch: u64) -> Option<u64> {
        self.all.get(&batch).map(|batch| batch.of)
    }

    pub(crate) fn expect(&mut self, batch: u64, tasks: u64) {
        if let Some(batch) = self.all.get_mut(&batch) {
            batch.of = tasks;
        }
    }

    /// How many tasks it has, and how many of them have not ended.
    pub(crate) fn count(&self, batch: u64) -> (u64, u64) {
        let batch = self.all.get(&batch);
        batch.map_or((0, 0), |batch| (batch.tasks.len() as u64, batch.open))
    }

    pub(crate) fn add(&mut self, key: Key, id: TaskId) {
        let batch = self.all.entry(key.batch).or_default();
        if batch.tasks.insert(key.index, id).is_none() {
            batch.open += 1;
            batch.open_from = batch.open_from.min(key.index);
        }
    }

    /// One of its tasks has ended. Returns the place of that end.
    pub(crate) fn end(&mut self, number: u64, id: TaskId) -> u64 {
        let batch = self.all.entry(number).or_default();
        batch.ended.push(id);
        batch.ago = Duration::ZERO;
        batch.open = batch.open.saturating_sub(1);
        if batch.open == 0 {
            self.closed.push(number);
        }
        batch.ended.len() as u64 - 1
    }

    /// Its latest end was so long before the first step.
    pub(crate) fn age(&mut self, number: u64, ago: Duration) {
        if let Some(batch) = self.all.get_mut(&number) {
            batch.ago = ago;
        }
    }

    /// One of its tasks that was dead is tried again.
    pub(crate) fn reopen(&mut self, number: u64) {
        if let Some(batch) = self.all.get_mut(&number) {
            batch.open += 1;
            batch.open_from = 0;
        }
    }

    /// Its first tasks that have not ended, `most` at most. What it has passed by is not looked at
    /// again, so to end a batch by asking again and again takes no longer than to walk it once.
    pub(crate) fn first_open(
        &mut self,
        number: u64,
        most: usize,
        is_open: impl Fn(TaskId) -> bool,
    ) -> Vec<TaskId> {
        let Some(batch) = self.all.get_mut(&number) else {
            return Vec::new();
        };
        let tasks = batch.tasks.range(batch.open_from..);
        let open = tasks.filter(|&(_, &id)| is_open(id)).take(most);
        let (indexes, open): (Vec<u32>, Vec<TaskId>) = open.unzip();
        batch.open_from = indexes.first().map_or(batch.open_from, |&first| first);
        open
    }

    /// Takes the batch out. Returns its tasks.
    pub(crate) fn forget(&mut self, number: u64) -> Vec<TaskId> {
        let batch = self.all.remove(&number).unwrap_or_default();
        batch.tasks.into_values().collect()
    }

    /// Whether there is such a batch, and none of its tasks is open.
    pub(crate) fn is_closed(&self, batch: u64) -> bool {
        self.all.get(&batch).is_some_and(|batch| batch.open == 0)
    }

    /// Takes note of those that have closed, and returns those that closed `keep` ago; without a
    /// `keep`, none.
    pub(crate) fn over(&mut self, now: Duration, keep: Option<Duration>) -> Vec<u64> {
        for number in mem::take(&mut self.closed) {
            if let (Some(keep), Some(batch)) = (keep, self.all.get_mut(&number)) {
                batch.leaves = now.saturating_add(keep.saturating_sub(batch.ago));
                self.leaving.insert((batch.leaves, number));
            }
        }
        if self.first_over().is_none_or(|first| first > now) {
            return Vec::new();
        }
        let later = self.leaving.split_off(&(now, u64::MAX));
        let mut over = mem::replace(&mut self.leaving, later);
        // Some were opened again meanwhile, and closed later.
        over.retain(|(until, number)| {
            let batch = self.all.get(number);
            batch.is_some_and(|batch| batch.open == 0 && batch.leaves == *until)
        });
        over.into_iter().map(|(_, number)| number).collect()
    }

    /// When the next is over.
    pub(crate) fn first_over(&self) -> Option<Duration> {
        self.leaving.first().map(|&(until, _)| until)
    }
}
