//! A client's copy of the state: the log, played to a scheduler's machine.
//!
//! All clients play the same entries in the same order to the same pure function. So all agree on
//! which tasks have ended and how, and none has to ask another.

use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;
use std::time::Duration;

use scheduler::TaskId;
use scheduler::machine::{Effect, Event, Machine, Peer, Record, Rules};
use scheduler::task::{Call, Key, Status};
use scheduler::wire::{FromScheduler, ToScheduler};

use super::messages::{End, Ended};

/// The client whose copy it is, all other clients, and all workers together.
const ME: Peer = Peer(0);
const OTHERS: Peer = Peer(1);
const WORKERS: Peer = Peer(2);

/// How many tasks an entry may hand in. The number of a task follows from the place of its entry in
/// the log, so that it is the same however much of the log is left.
const ENTRY_TASKS: u64 = 1 << 13;

/// What the machine has done about a request or an entry.
#[derive(Default)]
pub(super) struct Outcome {
    /// The answers to this client.
    pub(super) answers: Vec<FromScheduler>,
    /// Tasks that workers need not do any more.
    pub(super) revoked: Vec<TaskId>,
}

/// What is known under a key.
pub(super) enum Found {
    /// A task in the batch, or one with another argument: this is the answer.
    Known(FromScheduler),
    /// The number of a task that is in no batch yet: its client is about to put it into the queue, or
    /// has given up.
    Reserved(TaskId),
}

pub(super) struct Replica {
    machine: Machine,
    /// Tasks that have a number and are in no batch yet. Those of a client that has given up stay
    /// here, and no answer counts them.
    reserved: BTreeMap<Key, (TaskId, Call)>,
    /// The keys of the reserved tasks.
    keys: HashMap<TaskId, Key>,
    /// The batch and the latest round of each task that was dead and is tried again.
    rounds: HashMap<TaskId, (u64, u32)>,
    /// The tasks that are dead now, with their keys and calls.
    dead: HashMap<TaskId, (Key, Call)>,
}

impl Replica {
    pub(super) fn new() -> Self {
        let rules = Rules {
            // No time passes here: the broker lends, delays and takes back.
            lease: Duration::MAX,
            most_credit: u32::MAX,
            most_errors: 1,
            most_bytes: usize::MAX,
            ..Rules::default()
        };
        let mut replica = Self {
            machine: Machine::new(rules),
            reserved: BTreeMap::new(),
            keys: HashMap::new(),
            rounds: HashMap::new(),
            dead: HashMap::new(),
        };
        let most = u32::MAX;
        replica.step(WORKERS, ToScheduler::Credit { most });
        replica
    }

    fn step(&mut self, peer: Peer, message: ToScheduler) -> Outcome {
        self.run(Event::Received(peer, message))
    }

    fn run(&mut self, event: Event) -> Outcome {
        let mut outcome = Outcome::default();
        for effect in self.machine.step(Duration::ZERO, event) {
            match effect {
                Effect::Send(ME, answer) => outcome.answers.push(answer),
                Effect::Send(WORKERS, FromScheduler::Lease { id, attempt, .. }) => {
                    if let Some((_, round)) = self.rounds.get_mut(&id) {
                        *round = attempt;
                    }
                }
                Effect::Send(WORKERS, FromScheduler::Revoked { id }) => outcome.revoked.push(id),
                // Its lease for the next round follows.
                Effect::Keep(Record::Revived { id }) => {
                    if let Some((key, _)) = self.dead.remove(&id) {
                        self.rounds.entry(id).or_insert((key.batch, 1));
                    }
                }
                Effect::Keep(Record::Forgotten { batch, .. }) => self.drop_batch(batch),
                _ => {}
            }
        }
        outcome
    }

    fn drop_batch(&mut self, batch: u64) {
        self.dead.retain(|_, (key, _)| key.batch != batch);
        self.rounds.retain(|_, (of, _)| *of != batch);
        let keys = self.reserved.range(all_of(batch));
        for key in Vec::from_iter(keys.map(|(key, _)| *key)) {
            if let Some((id, _)) = self.reserved.remove(&key) {
                self.keys.remove(&id);
            }
        }
    }

    /// Numbers the tasks of the entry at this place of the log, if they have no number. If one differs
    /// from the task under its key, two clients use the same batch, and none of them gets any.
    pub(super) fn reserve(&mut self, place: u64, changes: &[ToScheduler]) {
        let tasks = changes.iter().filter_map(|change| match change {
            ToScheduler::Submit { key, call } => Some((*key, call)),
            _ => None,
        });
        let is_another = |(key, call): (Key, &Call)| {
            let found = self.find(key, call);
            matches!(found, Some(Found::Known(FromScheduler::Refused { .. })))
        };
        if tasks.clone().any(is_another) {
            return;
        }
        let ids = (0..ENTRY_TASKS).map(|it| TaskId(place.saturating_mul(ENTRY_TASKS) + it));
        for ((key, call), id) in tasks.zip(ids) {
            if self.find(key, call).is_none() {
                self.reserved.insert(key, (id, call.clone()));
                self.keys.insert(id, key);
            }
        }
    }

    /// What is known under a key, for a client's call with a digest of its argument.
    pub(super) fn find(&self, key: Key, call: &Call) -> Option<Found> {
        if let Some((id, reserved)) = self.reserved.get(&key) {
            return Some(match reserved == call {
                true => Found::Reserved(*id),
                false => Found::Known(FromScheduler::Refused { why: another(key) }),
            });
        }
        self.machine.compare(key, call).map(Found::Known)
    }

    /// Whether a task, or the number for one, is known under a key.
    pub(super) fn has(&self, key: Key) -> bool {
        self.reserved.contains_key(&key) || self.is_in_batch(key)
    }

    /// Whether a task is in its batch.
    pub(super) fn is_in_batch(&self, key: Key) -> bool {
        let (kind, body) = (String::new(), Vec::new());
        self.machine.compare(key, &Call { kind, body }).is_some()
    }

    /// Whether tasks of a batch have numbers, but none is in the batch yet.
    pub(super) fn is_about_to_have(&mut self, batch: u64) -> bool {
        if self.reserved.range(all_of(batch)).next().is_none() {
            return false;
        }
        let answers = self.ask(ToScheduler::Batch { batch }).answers;
        matches!(answers[..], [FromScheduler::Batch { tasks: 0, .. }])
    }

    /// Puts these tasks into their batches, because they are in the queue. Those that are in a
    /// batch already, or are forgotten, stay as they are.
    pub(super) fn admit(&mut self, ids: &[TaskId]) {
        let mut has_admitted = false;
        for &id in ids {
            if let Some(key) = self.keys.remove(&id)
                && let Some((id, call)) = self.reserved.remove(&key)
            {
                self.machine.restore(Record::Accepted { id, key, call });
                has_admitted = true;
            }
        }
        if has_admitted {
            // Lends them to the workers.
            self.run(Event::Tick);
        }
    }

    /// Plays a request of this client.
    pub(super) fn ask(&mut self, message: ToScheduler) -> Outcome {
        self.step(ME, message)
    }

    /// Plays a request of another client.
    pub(super) fn others_ask(&mut self, message: ToScheduler) {
        self.step(OTHERS, message);
    }

    /// Notes that a task that was dead is in the queue again, for this round.
    pub(super) fn try_again(&mut self, id: TaskId, round: u32) {
        // If the round is no later one, another client was faster. The task may even have died
        // again since then: to open it would mean waiting for a task that is in no queue.
        if round > self.round(id) {
            self.step(OTHERS, ToScheduler::Retry { id });
        }
    }

    /// Notes how a task has ended, unless it has ended before.
    pub(super) fn end(&mut self, ended: Ended) -> Outcome {
        let Ended { id, round, end, .. } = ended;
        // The end may precede the entry that it is queued, which a killed client never writes.
        self.admit(&[id]);
        // A client that tries a dead task again puts it into the queue, and then writes that into
        // the log. The end of the task came before that, or the client was killed in between.
        self.try_again(id, round);
        let attempt = self.round(id);
        match end {
            End::Done(body) => self.step(WORKERS, ToScheduler::Done { id, attempt, body }),
            // It was tried again since, or another copy of it has died before.
            End::Dead { .. } if round < attempt || self.dead.contains_key(&id) => {
                Outcome::default()
            }
            End::Dead { why, call } => {
                // Asked this, the machine changes nothing, and names the key of an open task.
                let answers = self.ask(ToScheduler::Retry { id }).answers;
                let [FromScheduler::Accepted { key, .. }] = answers[..] else {
                    return Outcome::default();
                };
                self.dead.insert(id, (key, call));
                let message = why;
                let failed = ToScheduler::Failed {
                    id,
                    attempt,
                    message,
                };
                self.step(WORKERS, failed)
            }
        }
    }

    pub(super) fn round(&self, id: TaskId) -> u32 {
        self.rounds.get(&id).map_or(1, |(_, round)| *round)
    }

    /// The key and the call of a task, if it is dead.
    pub(super) fn dead_call(&self, id: TaskId) -> Option<&(Key, Call)> {
        self.dead.get(&id)
    }

    /// How many tasks are in which state. Open tasks count as leased: only the queues know more.
    pub(super) fn status(&self) -> Status {
        self.machine.status()
    }

    pub(super) fn dead(&self, most: usize) -> Vec<(TaskId, u64, String)> {
        self.machine.dead(most)
    }
}

/// All keys of a batch.
fn all_of(batch: u64) -> RangeInclusive<Key> {
    let key = |index| Key { batch, index };
    key(0)..=key(u32::MAX)
}

/// The reason to refuse a task whose place another client has taken.
fn another(Key { batch, index }: Key) -> String {
    format!(
        "another client hands in batch {batch}, or has begun to, with another task number {index}: \
         give these tasks a batch of their own"
    )
}

#[cfg(test)]
mod tests;
