//! The batches: which tasks were submitted together, how many have ended, and in which order.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::time::Duration;

use crate::task::{Key, TaskId};

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Batch {
    tasks: BTreeMap<u32, TaskId>,
    /// How many tasks it will have in all; 0 if no client has declared that.
    of: u64,
    /// The tasks in the order of their ends. A task that was dead and is tried again appears twice;
    /// its latest place counts.
    ended: Vec<TaskId>,
    /// How many tasks have not ended.
    open: u64,
    /// No open task has an index below this one.
    open_from: u32,
    /// How long before the first step its latest task ended, if an earlier scheduler has recorded that.
    ago: Duration,
    /// When it expires, if it stays closed.
    leaves: Duration,
}

/// All batches, by their numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Batches {
    all: BTreeMap<u64, Batch>,
    /// Batches that have closed (no task is open) since the last call of [`over`](Self::over). Some may
    /// be open again.
    closed: Vec<u64>,
    /// Exactly the other closed batches that have not expired, by the times at which they do.
    leaving: BTreeSet<(Duration, u64)>,
}

impl Batches {
    pub(crate) fn has(&self, batch: u64) -> bool {
        self.all.contains_key(&batch)
    }

    /// Returns the task that was submitted under this key.
    pub(crate) fn find(&self, key: Key) -> Option<TaskId> {
        self.all.get(&key.batch)?.tasks.get(&key.index).copied()
    }

    /// The tasks of a batch, in the order of their indexes.
    pub(crate) fn tasks(&self, batch: u64) -> impl Iterator<Item = TaskId> + '_ {
        let batch = self.all.get(&batch).into_iter();
        batch.flat_map(|batch| batch.tasks.values().copied())
    }

    /// The tasks of a batch that have ended, in the order of their ends.
    pub(crate) fn ended(&self, batch: u64) -> &[TaskId] {
        self.all.get(&batch).map_or(&[], |batch| &batch.ended)
    }

    /// How many tasks a batch will have in all; 0 if no client has declared that.
    pub(crate) fn expected(&self, batch: u64) -> Option<u64> {
        self.all.get(&batch).map(|batch| batch.of)
    }

    pub(crate) fn expect(&mut self, batch: u64, tasks: u64) {
        if let Some(batch) = self.all.get_mut(&batch) {
            batch.of = tasks;
        }
    }

    /// How many tasks a batch has, and how many of them have not ended.
    pub(crate) fn count(&self, batch: u64) -> (u64, u64) {
        let batch = self.all.get(&batch);
        batch.map_or((0, 0), |batch| (batch.tasks.len() as u64, batch.open))
    }

    pub(crate) fn add(&mut self, key: Key, id: TaskId) {
        let batch = self.all.entry(key.batch).or_default();
        if batch.tasks.insert(key.index, id).is_none() {
            if batch.open == 0 {
                self.leaving.remove(&(batch.leaves, key.batch));
            }
            batch.open += 1;
            batch.open_from = batch.open_from.min(key.index);
        }
    }

    /// Records that a task of the batch has ended. Returns the place of that end.
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

    /// Records that its latest task ended this long before the first step.
    pub(crate) fn age(&mut self, number: u64, ago: Duration) {
        if let Some(batch) = self.all.get_mut(&number) {
            batch.ago = ago;
        }
    }

    /// Records that a dead task of the batch is tried again.
    pub(crate) fn reopen(&mut self, number: u64) {
        self.stay(number);
        if let Some(batch) = self.all.get_mut(&number) {
            batch.open += 1;
            batch.open_from = 0;
        }
    }

    /// The first tasks of a batch that have not ended, `most` at most. Tasks that it has passed are not
    /// visited again, so ending a batch by repeated calls takes no longer than one walk over it.
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

    /// Removes the batch. Returns its tasks.
    pub(crate) fn forget(&mut self, number: u64) -> Vec<TaskId> {
        self.stay(number);
        let batch = self.all.remove(&number).unwrap_or_default();
        batch.tasks.into_values().collect()
    }

    /// Removes the time at which the batch would have expired.
    fn stay(&mut self, number: u64) {
        if let Some(batch) = self.all.get(&number) {
            self.leaving.remove(&(batch.leaves, number));
        }
    }

    /// Whether the batch exists, and none of its tasks is open.
    pub(crate) fn is_closed(&self, batch: u64) -> bool {
        self.all.get(&batch).is_some_and(|batch| batch.open == 0)
    }

    /// Takes in the batches that have closed, and returns those that closed `keep` ago; without a
    /// `keep`, none.
    pub(crate) fn over(&mut self, now: Duration, keep: Option<Duration>) -> Vec<u64> {
        for number in mem::take(&mut self.closed) {
            if let (Some(keep), Some(batch)) = (keep, self.all.get_mut(&number))
                && batch.open == 0
            {
                batch.leaves = now.saturating_add(keep.saturating_sub(batch.ago));
                self.leaving.insert((batch.leaves, number));
            }
        }
        if self.first_over().is_none_or(|first| first > now) {
            return Vec::new();
        }
        let later = self.leaving.split_off(&(now, u64::MAX));
        let over = mem::replace(&mut self.leaving, later);
        over.into_iter().map(|(_, number)| number).collect()
    }

    /// When the next batch expires.
    pub(crate) fn first_over(&self) -> Option<Duration> {
        self.leaving.first().map(|&(until, _)| until)
    }
}
