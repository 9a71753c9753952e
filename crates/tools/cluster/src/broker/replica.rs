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
    /// The tasks that are dead now, and what there is to do for them.
    dead: HashMap<TaskId, (Key, Call)>,
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
                Effect::Keep(Record::Revived { id }) => drop(self.dead.remove(&id)),
                Effect::Keep(Record::Forgotten { batch, .. }) => {
                    self.dead.retain(|_, (key, _)| key.batch != batch);
                }
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

    /// Whether a batch has this task. Its argument is in no log, and is not compared.
    pub(super) fn compare(&self, key: Key, kind: String) -> FromScheduler {
        let body = Vec::new();
        let found = self.machine.compare(key, &Call { kind, body });
        found.unwrap_or(FromScheduler::Busy { key })
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

    /// A task that was dead is in the queue again, for this round.
    pub(super) fn try_again(&mut self, id: TaskId, round: u32) {
        // If it is no later round, another client was quicker. The task may even have died once more
        // since then: to open it would be to wait for what is in no queue.
        if round > self.round(id) {
            self.step(OTHERS, ToScheduler::Retry { id });
        }
    }

    /// Takes note of how a task has ended, if it has not ended before.
    pub(super) fn end(&mut self, ended: Ended) -> Outcome {
        let Ended { id, round, end, .. } = ended;
        // A client that tries a dead task again puts it into the queue, and then says so in the log. The
        // end of the task was quicker, or the client was killed in between.
        self.try_again(id, round);
        let attempt = self.round(id);
        match end {
            End::Done(body) => self.step(WORKERS, ToScheduler::Done { id, attempt, body }),
            // It has been tried again since, or another copy of it has died before.
            End::Dead { .. } if round < attempt || self.dead.contains_key(&id) => {
                Outcome::default()
            }
            End::Dead { why, call } => {
                // Asked so, the machine changes nothing, and names the key of a task that is open.
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
        self.rounds.get(&id).copied().unwrap_or(1)
    }

    pub(super) fn is_queued(&self, id: TaskId) -> bool {
        self.queued.contains(&id)
    }

    /// The key of a task, and what there is to do for it, if it is dead.
    pub(super) fn dead_call(&self, id: TaskId) -> Option<&(Key, Call)> {
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

    const ID: TaskId = TaskId(ENTRY_TASKS);

    fn died(round: u32) -> Ended {
        let (kind, body) = ("square".to_owned(), vec![3]);
        let (why, call) = (format!("round {round}"), Call { kind, body });
        let end = End::Dead { why, call };
        let (id, cause) = (ID, [0; 8]);
        Ended {
            id,
            round,
            end,
            cause,
        }
    }

    fn done(round: u32) -> Ended {
        let end = End::Done(vec![9]);
        Ended { end, ..died(round) }
    }

    /// With a task that has died in its first round.
    fn with_dead() -> Replica {
        let mut replica = Replica::new();
        replica.turn_to(1);
        replica.others_ask(submit(7));
        replica.end(died(1));
        assert!(replica.dead_call(ID).is_some());
        replica
    }

    /// How many tasks are open, dead, and done, and how many results came too late.
    fn counts(replica: &Replica) -> [u64; 4] {
        let status = replica.status();
        [status.leased, status.dead, status.ended, status.late]
    }

    #[test]
    fn a_retry_that_was_killed_before_its_entry_has_its_end_all_the_same() {
        let mut replica = with_dead();
        replica.end(done(2));
        assert_eq!(counts(&replica), [0, 0, 1, 0]);
        assert!(replica.dead_call(ID).is_none());
        let mut replica = with_dead();
        replica.end(died(2));
        assert_eq!(counts(&replica), [0, 1, 0, 0]);
        assert_eq!(replica.dead(1)[0].1, "round 2");
    }

    #[test]
    fn a_second_retry_of_the_same_round_adds_no_second_result() {
        for killed_before_its_entry in [true, false] {
            let mut replica = with_dead();
            if !killed_before_its_entry {
                replica.try_again(ID, 2);
            }
            replica.try_again(ID, 2);
            assert_eq!(counts(&replica), [1, 0, 0, 0]);
            replica.end(done(2));
            replica.end(done(2));
            assert_eq!(counts(&replica), [0, 0, 1, 1]);
        }
    }

    #[test]
    fn a_retry_that_comes_after_the_next_death_opens_nothing() {
        let mut replica = with_dead();
        replica.try_again(ID, 2);
        replica.end(died(2));
        replica.try_again(ID, 2);
        // No queue has a copy of a third round, so no third round may be waited for.
        assert_eq!(counts(&replica), [0, 1, 0, 0]);
        replica.try_again(ID, 3);
        assert_eq!(counts(&replica), [1, 0, 0, 0]);
        // A copy of the second round dies as well; that of the third is still in the queue.
        replica.end(died(2));
        assert_eq!(counts(&replica), [1, 0, 0, 0]);
        replica.end(died(3));
        assert_eq!(counts(&replica), [0, 1, 0, 0]);
    }

    #[test]
    fn a_dead_task_of_a_forgotten_batch_is_not_tried_again() {
        let mut replica = with_dead();
        replica.others_ask(ToScheduler::Forget { batch: 7 });
        assert!(replica.dead_call(ID).is_none());
        replica.try_again(ID, 2);
        replica.end(died(2));
        assert_eq!(counts(&replica), [0; 4]);
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
