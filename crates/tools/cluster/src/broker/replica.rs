//! A client's copy of what is so: the log, played to a scheduler's machine.
//!
//! All clients play the same entries in the same order to the same pure function, so all agree on
//! what has ended and how, and none of them has to be asked.

use std::collections::{HashMap, HashSet};
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

/// How many tasks an entry may hand in at most: an entry's place in the log is the first number of
/// its tasks, so that a number is the same however much of the log is left.
pub(super) const ENTRY_TASKS: u64 = 1 << 13;

/// The one batch that a broker cannot have: the number of the next task is set by forgetting it.
pub(super) const NO_BATCH: u64 = u64::MAX;

/// Whether a message hands in a task of [`NO_BATCH`]. Forgetting that batch with an open task in it
/// would damage the copy of each client.
pub(super) fn is_of_no_batch(message: &ToScheduler) -> bool {
    let of_no_batch = |key: &Key| key.batch == NO_BATCH;
    matches!(message, ToScheduler::Submit { key, .. } if of_no_batch(key))
}

/// What the machine has done about a wish or an entry.
#[derive(Default)]
pub(super) struct Outcome {
    /// What it has answered to this client.
    pub(super) answers: Vec<FromScheduler>,
    /// What workers need not do any more.
    pub(super) revoked: Vec<TaskId>,
}

pub(super) struct Replica {
    machine: Machine,
    /// The latest round of those tasks that were dead and are tried again.
    rounds: HashMap<TaskId, u32>,
    /// The arguments of tasks that died.
    dead: HashMap<TaskId, Call>,
    queued: HashSet<TaskId>,
}

impl Replica {
    pub(super) fn new() -> Self {
        let rules = Rules {
            // Time stands still here: the broker lends, waits and takes back.
            lease: Duration::MAX,
            most_credit: u32::MAX,
            most_errors: 1,
            most_bytes: usize::MAX,
            ..Rules::default()
        };
        let mut replica = Self {
            machine: Machine::new(rules),
            rounds: HashMap::new(),
            dead: HashMap::new(),
            queued: HashSet::new(),
        };
        let most = u32::MAX;
        replica.step(WORKERS, ToScheduler::Credit { most });
        replica
    }

    fn step(&mut self, peer: Peer, message: ToScheduler) -> Outcome {
        let mut outcome = Outcome::default();
        let event = Event::Received(peer, message);
        for effect in self.machine.step(Duration::ZERO, event) {
            match effect {
                Effect::Send(ME, answer) => outcome.answers.push(answer),
                Effect::Send(WORKERS, FromScheduler::Lease { id, attempt, .. }) if attempt > 1 => {
                    self.rounds.insert(id, attempt);
                }
                Effect::Send(WORKERS, FromScheduler::Revoked { id }) => outcome.revoked.push(id),
                _ => {}
            }
        }
        outcome
    }

    /// An entry of the log begins, at this place.
    pub(super) fn turn_to(&mut self, place: u64) {
        // The batch has no tasks, so the only effect is the next number.
        let (batch, next) = (NO_BATCH, TaskId(place.saturating_mul(ENTRY_TASKS)));
        self.machine.restore(Record::Forgotten { batch, next });
    }

    /// What this client wishes or asks.
    pub(super) fn ask(&mut self, message: ToScheduler) -> Outcome {
        self.step(ME, message)
    }

    /// What another client wishes. Any program can write to the log, so this checks it again.
    pub(super) fn others_ask(&mut self, message: ToScheduler) {
        if !is_of_no_batch(&message) {
            self.step(OTHERS, message);
        }
    }

    pub(super) fn queue(&mut self, ids: Vec<TaskId>) {
        self.queued.extend(ids);
    }

    /// Takes note of how a task has ended, if it has not ended before.
    pub(super) fn end(&mut self, ended: Ended) -> Outcome {
        let Ended { id, round, end, .. } = ended;
        if round > self.round(id) {
            // Who tries a dead task again hands it in, and then says so here: this was quicker.
            self.step(OTHERS, ToScheduler::Retry { id });
        }
        let attempt = self.round(id);
        match end {
            End::Done(body) => self.step(WORKERS, ToScheduler::Done { id, attempt, body }),
            // It has been tried again since.
            End::Dead { .. } if round < attempt => Outcome::default(),
            End::Dead { why, call } => {
                self.dead.insert(id, call);
                let message = why;
                self.step(
                    WORKERS,
                    ToScheduler::Failed {
                        id,
                        attempt,
                        message,
                    },
                )
            }
        }
    }

    pub(super) fn round(&self, id: TaskId) -> u32 {
        self.rounds.get(&id).copied().unwrap_or(1)
    }

    pub(super) fn is_queued(&self, id: TaskId) -> bool {
        self.queued.contains(&id)
    }

    /// What there was to do for a task that has died.
    pub(super) fn dead_call(&self, id: TaskId) -> Option<&Call> {
        self.dead.get(&id)
    }

    /// Open tasks count as lent: where they are, the queues know.
    pub(super) fn status(&self) -> Status {
        self.machine.status()
    }

    pub(super) fn dead(&self, most: usize) -> Vec<(TaskId, String)> {
        self.machine.dead(most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn submit(batch: u64) -> ToScheduler {
        let (kind, body) = ("square".to_owned(), Vec::new());
        let (key, call) = (Key { batch, index: 0 }, Call { kind, body });
        ToScheduler::Submit { key, call }
    }

    #[test]
    fn a_task_of_the_batch_that_is_forgotten_at_each_entry_is_ignored() {
        let mut replica = Replica::new();
        replica.turn_to(1);
        replica.others_ask(submit(NO_BATCH));
        replica.turn_to(2);
        assert_eq!(replica.status(), Status::default());
        replica.others_ask(submit(7));
        replica.turn_to(3);
        assert_eq!(replica.status().leased, 1);
    }
}
