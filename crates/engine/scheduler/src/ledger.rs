//! All tasks, the states they go through, and what has to survive the scheduler.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use crate::limits::MESSAGE_LIMIT;
use crate::task::{CANCELLED, Call, Key, Peer, Status, TaskId, TaskOutcome};
use crate::wire::FromScheduler;

/// What a task costs beside its argument, for [`Ledger::bytes`].
pub(crate) const TASK_BYTES: usize = 256;

/// A task: `Ready -> Leased -> Ended`, and back to `Ready` from a worker that is gone, or by way
/// of `Delayed` after an error.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Task {
    pub(crate) key: Key,
    /// Shared by all tasks of this kind: what is queued by the million has to be small.
    kind: Arc<str>,
    body: Box<[u8]>,
    pub(crate) phase: Phase,
    /// The number of its latest lease: what is said of an earlier one is not heard.
    pub(crate) attempt: u32,
    /// How often it has failed, and how often its worker has died of it.
    pub(crate) errors: u16,
    pub(crate) deaths: u16,
}

/// Where a task is. What has begun to be `Done` or `Cancelled` stays so.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Phase {
    Ready,
    Leased(Lease),
    Delayed {
        until: Duration,
    },
    /// `place` is its place among the ends of its batch.
    Ended {
        end: End,
        place: u64,
    },
}

/// A task is lent to this worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Lease {
    pub(crate) peer: Peer,
    pub(crate) until: Duration,
    pub(crate) started: bool,
}

/// How a task has ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum End {
    /// With this result. It never changes.
    Done(Box<[u8]>),
    /// By its last error, or with its last worker. A client can have it tried again.
    Dead(Box<str>),
    /// At a client's wish.
    Cancelled,
}

/// What a scheduler that outlives its own death has to keep. Leases are not among it: after a
/// restart each task that has not ended is ready.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the fields are what their names say")]
#[rustfmt::skip] // One record a line.
pub enum Record {
    /// There is a new task.
    Accepted { id: TaskId, key: Key, call: Call },
    /// This much of its budgets is spent.
    Blamed { id: TaskId, errors: u16, deaths: u16 },
    /// It has ended.
    Ended { id: TaskId, end: End },
    /// It was dead, and is tried again, with new budgets.
    Revived { id: TaskId },
}

/// The tasks that were submitted together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Batch {
    tasks: BTreeMap<u32, TaskId>,
    /// Each end of one of them, in the order they came. A task that was dead and is tried again
    /// is in it twice; its latest place is the one that counts.
    ended: Vec<TaskId>,
}

/// All tasks, by their number and by their phase.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Ledger {
    all: BTreeMap<TaskId, Task>,
    kinds: BTreeSet<Arc<str>>,
    batches: BTreeMap<u64, Batch>,
    /// Exactly those that are `Ready`. The oldest is the next, so one that comes back from a dead
    /// worker is before all younger ones.
    ready: BTreeSet<TaskId>,
    /// Exactly those that are `Leased` or `Delayed`, by the time this ends.
    timers: BTreeSet<(Duration, TaskId)>,
    /// Exactly those that are `Leased`, by the worker.
    held: BTreeMap<Peer, BTreeSet<TaskId>>,
    /// Exactly those that are `Dead`.
    dead: BTreeSet<TaskId>,
    /// What those cost that are not done or cancelled.
    pub(crate) bytes: usize,
}

impl Ledger {
    pub(crate) fn get(&self, id: TaskId) -> Option<&Task> {
        self.all.get(&id)
    }

    /// The one that was submitted so.
    pub(crate) fn find(&self, key: Key) -> Option<TaskId> {
        let batch = self.batches.get(&key.batch)?;
        batch.tasks.get(&key.index).copied()
    }

    pub(crate) fn next_id(&self) -> TaskId {
        let last = self.all.last_key_value();
        TaskId(last.map_or(0, |(id, _)| id.0 + 1))
    }

    pub(crate) fn first_ready(&self) -> Option<TaskId> {
        self.ready.first().copied()
    }

    pub(crate) fn first_timer(&self) -> Option<Duration> {
        self.timers.first().map(|&(until, _)| until)
    }

    /// Those whose lease or delay is over.
    pub(crate) fn due(&self, now: Duration) -> Vec<TaskId> {
        let due = self.timers.range(..=(now, TaskId(u64::MAX)));
        due.map(|&(_, id)| id).collect()
    }

    pub(crate) fn lease(&self, id: TaskId) -> Option<Lease> {
        match self.all.get(&id)?.phase {
            Phase::Leased(lease) => Some(lease),
            _ => None,
        }
    }

    /// The peer's lease on the task, if it is of this attempt.
    pub(crate) fn lease_of(&self, peer: Peer, id: TaskId, attempt: u32) -> Option<Lease> {
        let is_current = self.get(id)?.attempt == attempt;
        let lease = self.lease(id)?;
        (is_current && lease.peer == peer).then_some(lease)
    }

    /// What to tell of a task, unless it has not ended.
    pub(crate) fn told(&self, id: TaskId) -> Option<FromScheduler> {
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

    /// What a client is told of a task that has ended.
    pub(crate) fn outcome(&self, id: TaskId) -> Option<TaskOutcome> {
        let Phase::Ended { end, .. } = &self.all.get(&id)?.phase else {
            return None;
        };
        Some(match end {
            End::Done(body) => Ok(body.to_vec()),
            End::Dead(why) => Err(why.to_string()),
            End::Cancelled => Err(CANCELLED.to_owned()),
        })
    }

    /// The ends of a batch from place `since` on, as many as a message holds, and the place after
    /// the last.
    pub(crate) fn ends(&self, batch: u64, since: u64) -> (u64, Vec<(TaskId, TaskOutcome)>) {
        let (mut place, mut bytes, mut told) = (since, 0, Vec::new());
        let ended = self
            .batches
            .get(&batch)
            .map_or(&[][..], |batch| &batch.ended);
        let skipped = usize::try_from(since).unwrap_or(usize::MAX);
        for &id in ended.iter().skip(skipped) {
            let is_latest =
                |task: &Task| matches!(task.phase, Phase::Ended { place: at, .. } if at == place);
            if self.all.get(&id).is_some_and(is_latest)
                && let Some(outcome) = self.outcome(id)
            {
                bytes += 16 + outcome.as_ref().map_or_else(String::len, Vec::len);
                if bytes > MESSAGE_LIMIT && !told.is_empty() {
                    break;
                }
                told.push((id, outcome));
            }
            place += 1;
        }
        (place, told)
    }

    /// The dead ones from this number on, with their reasons, as many as a message holds.
    pub(crate) fn dead(&self, since: TaskId) -> Vec<(TaskId, String)> {
        let mut bytes = 0;
        let dead = self.dead.range(since..);
        let told = dead.filter_map(|&id| Some((id, self.outcome(id)?.err()?)));
        let fits = |(_, why): &(TaskId, String)| {
            bytes += 16 + why.len();
            bytes <= MESSAGE_LIMIT
        };
        told.take_while(fits).collect()
    }

    pub(crate) fn is_dead(&self, id: TaskId) -> bool {
        self.dead.contains(&id)
    }

    pub(crate) fn has_batch(&self, batch: u64) -> bool {
        self.batches.contains_key(&batch)
    }

    pub(crate) fn status(&self) -> Status {
        let leased: usize = self.held.values().map(BTreeSet::len).sum();
        let open = self.ready.len() + self.timers.len() + self.dead.len();
        Status {
            ready: self.ready.len() as u64,
            leased: leased as u64,
            delayed: (self.timers.len() - leased) as u64,
            dead: self.dead.len() as u64,
            ended: (self.all.len() - open) as u64,
            late: 0,
        }
    }

    /// Changes what has to be kept. Returns the worker that has lost its lease by it.
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
                let task = self.all.get_mut(&id)?;
                if !matches!(end, End::Dead(_)) {
                    self.bytes -= TASK_BYTES + task.body.len();
                    task.body = Box::default();
                }
                let batch = self.batches.entry(task.key.batch).or_default();
                let place = batch.ended.len() as u64;
                batch.ended.push(id);
                self.change(id, Phase::Ended { end, place })
            }
            Record::Revived { id } => {
                self.blame(id, 0, 0);
                self.change(id, Phase::Ready)
            }
        }
    }

    fn add(&mut self, id: TaskId, key: Key, call: Call) {
        self.bytes += TASK_BYTES + call.body.len();
        let batch = self.batches.entry(key.batch).or_default();
        batch.tasks.insert(key.index, id);
        let kind = self.kinds.get(&*call.kind).cloned();
        let kind = kind.unwrap_or_else(|| {
            let kind: Arc<str> = call.kind.into();
            self.kinds.insert(Arc::clone(&kind));
            kind
        });
        let task = Task {
            key,
            kind,
            body: call.body.into(),
            phase: Phase::Ready,
            attempt: 0,
            errors: 0,
            deaths: 0,
        };
        self.all.insert(id, task);
        self.ready.insert(id);
    }

    fn blame(&mut self, id: TaskId, errors: u16, deaths: u16) {
        if let Some(task) = self.all.get_mut(&id) {
            (task.errors, task.deaths) = (errors, deaths);
        }
    }

    /// Lends the task. Returns the number of the attempt, and what there is to do.
    pub(crate) fn lend(&mut self, id: TaskId, lease: Lease) -> Option<(u32, Call)> {
        self.change(id, Phase::Leased(lease));
        let task = self.all.get_mut(&id)?;
        task.attempt += 1;
        let (kind, body) = (task.kind.to_string(), task.body.to_vec());
        Some((task.attempt, Call { kind, body }))
    }

    /// Puts the task into another phase, and into the set of that phase. Returns the worker that
    /// has lost its lease by it.
    pub(crate) fn change(&mut self, id: TaskId, to: Phase) -> Option<Peer> {
        let task = self.all.get_mut(&id)?;
        let loser = match mem::replace(&mut task.phase, to) {
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

    /// Forgets a worker. It holds nothing any more.
    pub(crate) fn forget(&mut self, peer: Peer) {
        self.held.remove(&peer);
    }
}
