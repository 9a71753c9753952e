//! A machine that is played by hand, and the messages to it and from it.
// Each test target uses a part of it.
#![allow(dead_code)]

use std::time::Duration;

use scheduler::TaskId;
use scheduler::machine::{Effect, Event, Machine, Peer, Record, Rules};
use scheduler::task::{Call, Ended, Key, TaskOutcome};
use scheduler::wire::{FromScheduler, ToScheduler};

pub(crate) const CLIENT: Peer = Peer(0);
pub(crate) const BATCH: u64 = 5;

/// A machine, with its time.
pub(crate) struct Played {
    pub(crate) machine: Machine,
    pub(crate) now: Duration,
    pub(crate) kept: Vec<Record>,
}

impl Played {
    pub(crate) fn new() -> Self {
        Self::with(Rules::default())
    }

    pub(crate) fn with(rules: Rules) -> Self {
        Self {
            machine: Machine::new(rules),
            now: Duration::ZERO,
            kept: Vec::new(),
        }
    }

    /// Takes a step. Returns its effects without the records to keep.
    pub(crate) fn step(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = self.machine.step(self.now, event);
        let kept = effects.extract_if(.., |effect| matches!(effect, Effect::Keep(_)));
        self.kept.extend(kept.filter_map(|effect| match effect {
            Effect::Keep(record) => Some(record),
            _ => None,
        }));
        effects
    }

    pub(crate) fn recv(&mut self, peer: Peer, message: ToScheduler) -> Vec<Effect> {
        self.step(Event::Received(peer, message))
    }

    pub(crate) fn submit(&mut self, count: u32) {
        for index in 0..count {
            let effects = self.recv(CLIENT, submit(index));
            let accepted = accepted(index.into(), index);
            assert_eq!(effects.first(), Some(&accepted), "{effects:?}");
        }
    }

    pub(crate) fn ready(&mut self, worker: Peer) -> Vec<Effect> {
        self.recv(worker, ToScheduler::Credit { most: 1 })
    }

    pub(crate) fn start(&mut self, worker: Peer, id: u64, attempt: u32) {
        let id = TaskId(id);
        assert_eq!(self.recv(worker, ToScheduler::Started { id, attempt }), []);
    }

    pub(crate) fn fail(&mut self, worker: Peer, id: u64, attempt: u32) -> Vec<Effect> {
        let (id, message) = (TaskId(id), "not today".to_owned());
        let failed = ToScheduler::Failed {
            id,
            attempt,
            message,
        };
        self.recv(worker, failed)
    }

    /// Lets time pass until the next timer.
    pub(crate) fn wait(&mut self) -> Vec<Effect> {
        self.now = self.machine.next_timer().expect("there is a timer");
        self.step(Event::Tick)
    }
}

pub(crate) fn call() -> Call {
    let (kind, body) = ("square".to_owned(), vec![7]);
    Call { kind, body }
}

pub(crate) fn submit(index: u32) -> ToScheduler {
    let (key, call) = (
        Key {
            batch: BATCH,
            index,
        },
        call(),
    );
    ToScheduler::Submit { key, call }
}

pub(crate) fn accepted(id: u64, index: u32) -> Effect {
    let (id, key) = (
        TaskId(id),
        Key {
            batch: BATCH,
            index,
        },
    );
    Effect::Send(CLIENT, FromScheduler::Accepted { id, key })
}

pub(crate) fn lease(worker: Peer, id: u64, attempt: u32) -> Effect {
    let (id, call) = (TaskId(id), call());
    Effect::Send(worker, FromScheduler::Lease { id, attempt, call })
}

pub(crate) fn finished(id: u64, outcome: TaskOutcome) -> Effect {
    let id = TaskId(id);
    Effect::Send(CLIENT, FromScheduler::Finished { id, outcome })
}

pub(crate) fn recorded(worker: Peer, id: u64) -> Effect {
    Effect::Send(worker, FromScheduler::Recorded { id: TaskId(id) })
}

pub(crate) fn revoked(worker: Peer, id: u64) -> Effect {
    Effect::Send(worker, FromScheduler::Revoked { id: TaskId(id) })
}

pub(crate) fn done(id: u64, attempt: u32, body: u8) -> ToScheduler {
    let (id, body) = (TaskId(id), vec![body]);
    ToScheduler::Done { id, attempt, body }
}

pub(crate) fn collect(id: u64) -> ToScheduler {
    ToScheduler::Collect { id: TaskId(id) }
}

pub(crate) fn results(since: u64) -> ToScheduler {
    let batch = BATCH;
    ToScheduler::Results { batch, since }
}

/// The message with these ends. The tasks of these tests have the same number in their batch as overall.
pub(crate) fn ends(since: u64, next: u64, ended: Vec<(TaskId, TaskOutcome)>) -> Effect {
    let ended = ended.into_iter().map(|(id, outcome)| {
        let index = u32::try_from(id.0).unwrap_or(u32::MAX);
        Ended { id, index, outcome }
    });
    let ended = ended.collect();
    Effect::Send(CLIENT, FromScheduler::Results { since, next, ended })
}
