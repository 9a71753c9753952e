//! All tasks, by their numbers and by their states.

mod kinds;
mod phases;

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::time::Duration;

use crate::batches::Batches;
use crate::limits::MESSAGE_LIMIT;
use crate::numbered::Numbered;
use crate::record::{End, Record};
use crate::task::{Call, Ended, Key, Peer, Status, TaskId, TaskOutcome};
use crate::wire::FromScheduler;
use kinds::Kinds;
use phases::{Argument, digest};
pub(crate) use phases::{Lease, Phase, Task};

/// The size of an ended task in a message, apart from its value or error: its number, its index,
/// which of the two it has, and the length.
const END_BYTES: usize = 8 + 4 + 1 + 4;

/// The cost of a task beside its argument, for [`Ledger::bytes`].
pub(crate) const TASK_BYTES: usize = 256;

/// How many tasks of a batch are cancelled in one step: other peers are served before the next.
const MOST_CANCELLED: usize = 1000;

/// All tasks, by their numbers and by their phases.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Ledger {
    all: Numbered<Task>,
    /// The number of the next task. None is assigned twice, even after a batch was forgotten.
    next: u64,
    kinds: Kinds,
    pub(crate) batches: Batches,
    /// Exactly the tasks that are `Ready`. The oldest is next, so a task that comes back from a
    /// dead worker is before all younger ones.
    ready: BTreeSet<TaskId>,
    /// Exactly the tasks that are `Leased` or `Delayed`, by the time at which this ends.
    timers: BTreeSet<(Duration, TaskId)>,
    /// Exactly the tasks that are `Leased`, by their workers.
    held: BTreeMap<Peer, BTreeSet<TaskId>>,
    /// Exactly the tasks that are `Dead`.
    dead: BTreeSet<TaskId>,
    /// The cost of the tasks that are not done or cancelled.
    pub(crate) bytes: usize,
    /// The cost of everything else: tasks that are done or cancelled, with their results; the
    /// errors of dead tasks; and the names of kinds.
    pub(crate) kept: usize,
}

impl Ledger {
    pub(crate) fn get(&self, id: TaskId) -> Option<&Task> {
        self.all.get(id)
    }

    /// Whether the task was accepted with this call.
    pub(crate) fn is_call_of(&self, id: TaskId, call: &Call) -> bool {
        let task = self.get(id);
        task.is_some_and(|task| *task.kind == *call.kind && task.argument.is(&call.body))
    }

    pub(crate) fn next_id(&self) -> TaskId {
        TaskId(self.next)
    }

    /// The message about a batch.
    pub(crate) fn batch(&self, batch: u64) -> FromScheduler {
        let first = self.batches.tasks(batch).next();
        let first = first.and_then(|id| self.get(id));
        let kind = first.map_or("", |task| &task.kind).to_owned();
        let (tasks, open) = self.batches.count(batch);
        FromScheduler::Batch {
            batch,
            kind,
            tasks,
            of: self.batches.expected(batch).unwrap_or(0),
            ended: tasks - open,
        }
    }

    /// The first tasks of a batch that have not ended, as many as one step cancels.
    pub(crate) fn first_open(&mut self, batch: u64) -> Vec<TaskId> {
        let Self { batches, all, .. } = self;
        let is_ended = |task: &Task| matches!(task.phase, Phase::Ended { .. });
        batches.first_open(batch, MOST_CANCELLED, |id| {
            !all.get(id).is_some_and(is_ended)
        })
    }

    pub(crate) fn first_ready(&self) -> Option<TaskId> {
        self.ready.first().copied()
    }

    pub(crate) fn first_timer(&self) -> Option<Duration> {
        let timer = self.timers.first().map(|&(until, _)| until);
        timer.into_iter().chain(self.batches.first_over()).min()
    }

    /// The batches that have been over for this long. A batch with dead tasks stays: clients may
    /// read them, and have them tried again.
    pub(crate) fn over(&mut self, now: Duration, keep: Option<Duration>) -> Vec<u64> {
        let mut over = self.batches.over(now, keep);
        over.retain(|&batch| !self.batches.tasks(batch).any(|id| self.is_dead(id)));
        over
    }

    /// The tasks whose lease or delay is over.
    pub(crate) fn due(&self, now: Duration) -> Vec<TaskId> {
        let due = self.timers.range(..=(now, TaskId(u64::MAX)));
        due.map(|&(_, id)| id).collect()
    }

    pub(crate) fn lease(&self, id: TaskId) -> Option<Lease> {
        match self.all.get(id)?.phase {
            Phase::Leased(lease) => Some(lease),
            _ => None,
        }
    }

    /// The peer's lease on the task, if it is the lease of this attempt.
    pub(crate) fn lease_of(&self, peer: Peer, id: TaskId, attempt: u32) -> Option<Lease> {
        let is_current = self.get(id)?.attempt == attempt;
        let lease = self.lease(id)?;
        (is_current && lease.peer == peer).then_some(lease)
    }

    /// The message about a task, unless it is known and has not ended.
    pub(crate) fn answer(&self, id: TaskId) -> Option<FromScheduler> {
        if self.get(id).is_none() {
            return Some(FromScheduler::Unknown { id });
        }
        let outcome = self.outcome(id)?;
        Some(FromScheduler::Finished { id, outcome })
    }

    pub(crate) fn held_by(&self, peer: Peer) -> impl ExactSizeIterator<Item = TaskId> {
        const NONE: &BTreeSet<TaskId> = &BTreeSet::new();
        self.held.get(&peer).unwrap_or(NONE).iter().copied()
    }

    /// The outcome of a task that has ended, for clients.
    pub(crate) fn outcome(&self, id: TaskId) -> Option<TaskOutcome> {
        match &self.all.get(id)?.phase {
            Phase::Ended { end, .. } => Some(end.outcome()),
            _ => None,
        }
    }

    /// The ended tasks of a batch from place `since` on, as many as fit into a message, and the place
    /// after the last of them. If the batch has fewer ends than `since`, that place is their number.
    pub(crate) fn ends(&self, batch: u64, since: u64) -> (u64, Vec<Ended>) {
        let all = self.batches.ended(batch);
        let skipped = usize::try_from(since).unwrap_or(usize::MAX).min(all.len());
        let (mut place, mut bytes, mut ended) = (skipped as u64, 0, Vec::new());
        for &id in &all[skipped..] {
            let is_latest =
                |task: &&Task| matches!(task.phase, Phase::Ended { place: at, .. } if at == place);
            if let Some(task) = self.all.get(id).filter(is_latest)
                && let Some(outcome) = self.outcome(id)
            {
                bytes += END_BYTES + outcome.as_ref().map_or_else(String::len, Vec::len);
                if bytes > MESSAGE_LIMIT && !ended.is_empty() {
                    break;
                }
                let index = task.key.index;
                ended.push(Ended { id, index, outcome });
            }
            place += 1;
        }
        (place, ended)
    }

    /// The dead tasks from this number on, with their reasons, as many as fit into a message.
    pub(crate) fn dead(&self, since: TaskId) -> Vec<(TaskId, String)> {
        let mut bytes = 0;
        let dead = self.dead.range(since..);
        let reasons = dead.filter_map(|&id| Some((id, self.outcome(id)?.err()?)));
        // The first one always fits: otherwise one with a long reason would hide those after it.
        let fits = |(_, why): &(TaskId, String)| {
            let is_first = bytes == 0;
            bytes += 16 + why.len();
            is_first || bytes <= MESSAGE_LIMIT
        };
        reasons.take_while(fits).collect()
    }

    pub(crate) fn is_dead(&self, id: TaskId) -> bool {
        self.dead.contains(&id)
    }

    pub(crate) fn status(&self, late: u64) -> Status {
        let leased: usize = self.held.values().map(BTreeSet::len).sum();
        let open = self.ready.len() + self.timers.len() + self.dead.len();
        Status {
            ready: self.ready.len() as u64,
            leased: leased as u64,
            delayed: (self.timers.len() - leased) as u64,
            dead: self.dead.len() as u64,
            ended: (self.all.len() - open) as u64,
            late,
        }
    }

    /// Applies a record. Returns the worker that has lost its lease by it.
    pub(crate) fn apply(&mut self, record: Record) -> Option<Peer> {
        match record {
            Record::Accepted { id, key, call } => {
                self.add(id, key, call);
                None
            }
            Record::Blamed { id, errors, deaths } => {
                self.blame(id, errors, deaths);
                None
            }
            Record::Ended { id, end } => {
                let task = self.all.get_mut(id)?;
                if !matches!(end, End::Dead(_)) {
                    self.bytes -= TASK_BYTES + task.argument.len();
                    if let Argument::Whole(body) = &task.argument {
                        task.argument = Argument::Digest(digest(body));
                    }
                }
                let place = self.batches.end(task.key.batch, id);
                self.change(id, Phase::Ended { end, place })
            }
            Record::Revived { id } => {
                let batch = self.get(id)?.key.batch;
                self.batches.reopen(batch);
                self.blame(id, 0, 0);
                self.change(id, Phase::Ready)
            }
            Record::Expected { id, tasks } => {
                let batch = self.get(id)?.key.batch;
                self.batches.expect(batch, tasks);
                None
            }
            Record::Forgotten { batch, next, .. } => {
                self.next = self.next.max(next.0);
                // From the last to the first: so those before it in its page need not move up.
                for id in self.batches.forget(batch).into_iter().rev() {
                    self.remove(id);
                }
                None
            }
        }
    }

    fn add(&mut self, id: TaskId, key: Key, call: Call) {
        self.bytes += TASK_BYTES + call.body.len();
        self.next = self.next.max(id.0 + 1);
        self.batches.add(key, id);
        let (kind, cost) = self.kinds.add(call.kind);
        self.kept += cost;
        let task = Task {
            key,
            kind,
            argument: Argument::Whole(call.body.into()),
            phase: Phase::Ready,
            attempt: 0,
            errors: 0,
            deaths: 0,
        };
        self.all.insert(id, task);
        self.ready.insert(id);
    }

    /// Removes a task that has ended.
    fn remove(&mut self, id: TaskId) {
        let is_dead = self.dead.remove(&id);
        let Some(task) = self.all.remove(id) else {
            return;
        };
        if is_dead {
            self.bytes -= TASK_BYTES + task.argument.len();
        }
        self.kept -= task.phase.kept();
        self.kept -= self.kinds.remove(&task.kind);
    }

    fn blame(&mut self, id: TaskId, errors: u16, deaths: u16) {
        if let Some(task) = self.all.get_mut(id) {
            (task.errors, task.deaths) = (errors, deaths);
            // After a restart too, the worker learns that the task was lent before.
            task.attempt = task.attempt.max(u32::from(errors) + u32::from(deaths));
        }
    }

    /// Lends the task. Returns the number of the attempt, and the call.
    pub(crate) fn lend(&mut self, id: TaskId, peer: Peer, until: Duration) -> Option<(u32, Call)> {
        let started = false;
        self.change(
            id,
            Phase::Leased(Lease {
                peer,
                until,
                started,
            }),
        );
        let task = self.all.get_mut(id)?;
        task.attempt += 1;
        let body = match &task.argument {
            Argument::Whole(body) => body.to_vec(),
            Argument::Digest(_) => return None,
        };
        let kind = task.kind.to_string();
        Some((task.attempt, Call { kind, body }))
    }

    /// Records that the peer has begun the task, if it holds this lease of it.
    pub(crate) fn begin(&mut self, peer: Peer, id: TaskId, attempt: u32) {
        if let Some(task) = self.all.get_mut(id)
            && task.attempt == attempt
            && let Phase::Leased(lease) = &mut task.phase
            && lease.peer == peer
        {
            lease.started = true;
        }
    }

    /// Moves the task to another phase, and to the set of that phase. Returns the worker that has
    /// lost its lease by it.
    pub(crate) fn change(&mut self, id: TaskId, to: Phase) -> Option<Peer> {
        let task = self.all.get_mut(id)?;
        self.kept += to.kept();
        let from = mem::replace(&mut task.phase, to);
        self.kept -= from.kept();
        let loser = match from {
            Phase::Leased(lease) => {
                self.timers.remove(&(lease.until, id));
                if let Some(held) = self.held.get_mut(&lease.peer) {
                    held.remove(&id);
                }
                Some(lease.peer)
            }
            Phase::Delayed { until } => {
                self.timers.remove(&(until, id));
                None
            }
            Phase::Ready | Phase::Ended { .. } => {
                self.ready.remove(&id);
                self.dead.remove(&id);
                None
            }
        };
        match &task.phase {
            Phase::Ready => drop(self.ready.insert(id)),
            Phase::Leased(Lease { peer, until, .. }) => {
                self.timers.insert((*until, id));
                self.held.entry(*peer).or_default().insert(id);
            }
            Phase::Delayed { until } => drop(self.timers.insert((*until, id))),
            Phase::Ended {
                end: End::Dead(_), ..
            } => drop(self.dead.insert(id)),
            Phase::Ended { .. } => {}
        }
        loser
    }

    /// Forgets a worker, which holds no task any more.
    pub(crate) fn forget(&mut self, peer: Peer) {
        self.held.remove(&peer);
    }
}
