//! The scheduler as a pure function: no network, no time, so every order of events can be played.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::collections::{BTreeMap, BTreeSet};

use distributed::TaskId;
use distributed::scheduler::{Effect, Event, MOST_ATTEMPTS, Peer, Scheduler};
use distributed::wire::{FromScheduler, TaskOutcome, ToScheduler};
use lesson_test::Seeded;

const CLIENT: Peer = Peer(0);

fn say(scheduler: &mut Scheduler, peer: Peer, message: ToScheduler) -> Vec<Effect> {
    scheduler.step(peer, Event::Received(message))
}

fn submit(scheduler: &mut Scheduler) -> Vec<Effect> {
    let (kind, body) = ("square".to_owned(), vec![7]);
    say(scheduler, CLIENT, ToScheduler::Submit { kind, body })
}

fn accepted(id: u64) -> Effect {
    Effect::Send(CLIENT, FromScheduler::Accepted { id: TaskId(id) })
}

fn lease(worker: Peer, id: u64) -> Effect {
    let (id, kind, body) = (TaskId(id), "square".to_owned(), vec![7]);
    Effect::Send(worker, FromScheduler::Lease { id, kind, body })
}

fn finished(id: u64, outcome: TaskOutcome) -> Effect {
    let id = TaskId(id);
    Effect::Send(CLIENT, FromScheduler::Finished { id, outcome })
}

fn done(id: u64, body: u8) -> ToScheduler {
    let (id, body) = (TaskId(id), vec![body]);
    ToScheduler::Done { id, body }
}

fn collect(id: u64) -> ToScheduler {
    ToScheduler::Collect { id: TaskId(id) }
}

/// Row D09.
#[test]
fn d09_a_worker_gets_one_task_each_time_it_is_ready() {
    let mut s = Scheduler::default();
    assert_eq!(submit(&mut s), [accepted(0)]);
    assert_eq!(submit(&mut s), [accepted(1)]);
    assert_eq!(
        say(&mut s, Peer(1), ToScheduler::Ready),
        [lease(Peer(1), 0)]
    );
    assert_eq!(
        say(&mut s, Peer(2), ToScheduler::Ready),
        [lease(Peer(2), 1)]
    );
    assert_eq!(say(&mut s, Peer(2), ToScheduler::Ready), []);
    assert_eq!(submit(&mut s), [accepted(2), lease(Peer(2), 2)]);
}

#[test]
fn a_worker_that_says_ready_twice_while_it_waits_gets_one_task() {
    let mut s = Scheduler::default();
    assert_eq!(say(&mut s, Peer(1), ToScheduler::Ready), []);
    assert_eq!(say(&mut s, Peer(1), ToScheduler::Ready), []);
    assert_eq!(submit(&mut s), [accepted(0), lease(Peer(1), 0)]);
    assert_eq!(submit(&mut s), [accepted(1)]);
}

#[test]
fn a_client_that_asks_twice_is_told_once() {
    let mut s = Scheduler::default();
    let _accepted = submit(&mut s);
    assert_eq!(say(&mut s, CLIENT, collect(0)), []);
    assert_eq!(say(&mut s, CLIENT, collect(0)), []);
    let _lease = say(&mut s, Peer(1), ToScheduler::Ready);
    assert_eq!(
        say(&mut s, Peer(1), done(0, 49)),
        [finished(0, Ok(vec![49]))]
    );
}

/// Row D12.
#[test]
fn d12_the_task_of_a_worker_that_is_gone_is_the_next_to_be_given_out() {
    let mut s = Scheduler::default();
    for _ in 0..2 {
        let _accepted = submit(&mut s);
    }
    assert_eq!(
        say(&mut s, Peer(1), ToScheduler::Ready),
        [lease(Peer(1), 0)]
    );
    assert!(s.holds_a_lease(Peer(1)));
    assert_eq!(s.step(Peer(1), Event::Gone), []);
    assert!(!s.holds_a_lease(Peer(1)));
    assert_eq!(
        say(&mut s, Peer(2), ToScheduler::Ready),
        [lease(Peer(2), 0)]
    );
    // At once, when somebody is idle already.
    assert_eq!(
        say(&mut s, Peer(3), ToScheduler::Ready),
        [lease(Peer(3), 1)]
    );
    assert_eq!(say(&mut s, Peer(4), ToScheduler::Ready), []);
    assert_eq!(s.step(Peer(3), Event::Gone), [lease(Peer(4), 1)]);
}

/// Rows D12 and X27.
#[test]
fn d12_only_the_holder_of_the_lease_is_heard_and_only_once() {
    let mut s = Scheduler::default();
    let _accepted = submit(&mut s);
    assert_eq!(say(&mut s, CLIENT, collect(0)), []);
    assert_eq!(
        say(&mut s, Peer(1), ToScheduler::Ready),
        [lease(Peer(1), 0)]
    );
    assert_eq!(say(&mut s, Peer(2), done(0, 13)), []);
    assert_eq!(
        say(&mut s, Peer(1), done(0, 49)),
        [finished(0, Ok(vec![49]))]
    );
    assert_eq!(say(&mut s, Peer(1), done(0, 50)), []);
    assert_eq!(say(&mut s, CLIENT, collect(0)), [finished(0, Ok(vec![49]))]);
    assert_eq!(say(&mut s, Peer(1), done(99, 1)), []);
}

/// Row D16.
#[test]
fn d16_an_error_is_an_outcome_with_the_id_of_its_task() {
    let mut s = Scheduler::default();
    let _accepted = submit(&mut s);
    let _lease = say(&mut s, Peer(1), ToScheduler::Ready);
    let (id, message) = (TaskId(0), "not today".to_owned());
    assert_eq!(
        say(&mut s, Peer(1), ToScheduler::Failed { id, message }),
        []
    );
    let expected = finished(0, Err("not today".to_owned()));
    assert_eq!(say(&mut s, CLIENT, collect(0)), [expected]);
}

#[test]
fn a_task_that_kills_its_worker_each_time_fails_instead_of_killing_them_all() {
    let mut s = Scheduler::default();
    let _accepted = submit(&mut s);
    assert_eq!(say(&mut s, CLIENT, collect(0)), []);
    for attempt in 1..=MOST_ATTEMPTS {
        let victim = Peer(attempt.into());
        assert_eq!(say(&mut s, victim, ToScheduler::Ready), [lease(victim, 0)]);
        let effects = s.step(victim, Event::Gone);
        assert_eq!(effects.len(), usize::from(attempt == MOST_ATTEMPTS));
    }
    assert_eq!(say(&mut s, Peer(9), ToScheduler::Ready), []);
}

#[test]
fn a_client_that_is_gone_is_told_nothing() {
    let mut s = Scheduler::default();
    let _accepted = submit(&mut s);
    assert_eq!(say(&mut s, CLIENT, collect(0)), []);
    assert_eq!(s.step(CLIENT, Event::Gone), []);
    let _lease = say(&mut s, Peer(1), ToScheduler::Ready);
    assert_eq!(say(&mut s, Peer(1), done(0, 49)), []);
}

#[test]
fn an_unknown_number_is_answered_at_once() {
    let mut s = Scheduler::default();
    let unknown = FromScheduler::Unknown { id: TaskId(3) };
    assert_eq!(
        say(&mut s, CLIENT, collect(3)),
        [Effect::Send(CLIENT, unknown)]
    );
}

/// What the world outside the scheduler knows, and what must be true of it.
#[derive(Default)]
struct World {
    scheduler: Scheduler,
    accepted: u64,
    leases: BTreeMap<TaskId, Peer>,
    outcomes: BTreeMap<TaskId, TaskOutcome>,
    gone: BTreeSet<Peer>,
    next_peer: u64,
    workers: Vec<Peer>,
}

impl World {
    fn step(&mut self, peer: Peer, event: Event) {
        assert!(!self.gone.contains(&peer), "the test itself is wrong");
        let had = self.leases.clone();
        if event == Event::Gone {
            self.gone.insert(peer);
            self.leases.retain(|_, holder| *holder != peer);
        }
        if let Event::Received(ToScheduler::Done { id, .. } | ToScheduler::Failed { id, .. }) =
            &event
            && had.get(id) == Some(&peer)
        {
            self.leases.remove(id);
        }
        for effect in self.scheduler.step(peer, event) {
            match effect {
                Effect::Send(to, message) => self.told(to, message),
                Effect::Shutdown => panic!("nobody asked for it"),
            }
        }
    }

    fn told(&mut self, to: Peer, message: FromScheduler) {
        assert!(
            !self.gone.contains(&to),
            "{message:?} to {to:?}, who is gone"
        );
        match message {
            FromScheduler::Accepted { id } => {
                assert_eq!(id, TaskId(self.accepted));
                self.accepted += 1;
            }
            FromScheduler::Lease { id, .. } => {
                let other = self.leases.insert(id, to);
                assert_eq!(other, None, "{id} is leased to two workers");
                assert!(!self.outcomes.contains_key(&id), "{id} is done again");
            }
            FromScheduler::Finished { id, outcome } => {
                let before = self.outcomes.insert(id, outcome.clone());
                assert!(
                    before.is_none_or(|before| before == outcome),
                    "{id} changed"
                );
            }
            _ => panic!("{message:?}"),
        }
    }

    fn add_worker(&mut self) -> Peer {
        self.next_peer += 1;
        self.workers.push(Peer(self.next_peer));
        Peer(self.next_peer)
    }

    /// One event, chosen by chance.
    fn anything(&mut self, seeded: &mut Seeded) {
        let worker = match self.workers.len() as u64 {
            0 => self.add_worker(),
            count => self.workers[usize::try_from(seeded.below(count)).unwrap()],
        };
        let id = TaskId(seeded.below(self.accepted.max(1)));
        let say = |message| Event::Received(message);
        match seeded.below(10) {
            0 | 1 => {
                let (kind, body) = ("k".to_owned(), vec![0]);
                self.step(CLIENT, say(ToScheduler::Submit { kind, body }));
            }
            2 => drop(self.add_worker()),
            3 => {
                self.workers.retain(|&other| other != worker);
                self.step(worker, Event::Gone);
            }
            4 | 5 => self.step(worker, say(ToScheduler::Ready)),
            6 if self.accepted > 0 => self.step(CLIENT, say(ToScheduler::Collect { id })),
            // Mostly from the holder; else a result that nobody should hear.
            _ => {
                let holder = self.leases.get(&id).copied().unwrap_or(worker);
                let (body, message) = (vec![1], "error".to_owned());
                match seeded.below(4) {
                    0 => self.step(worker, say(ToScheduler::Done { id, body: vec![2] })),
                    1 => self.step(holder, say(ToScheduler::Failed { id, message })),
                    _ => self.step(holder, say(ToScheduler::Done { id, body })),
                }
            }
        }
    }

    /// Everybody goes, and one good worker does what is left.
    fn finish(&mut self) {
        for worker in std::mem::take(&mut self.workers) {
            self.step(worker, Event::Gone);
        }
        let worker = self.add_worker();
        loop {
            self.step(worker, Event::Received(ToScheduler::Ready));
            let Some((&id, _)) = self.leases.first_key_value() else {
                break;
            };
            let body = vec![1];
            self.step(worker, Event::Received(ToScheduler::Done { id, body }));
        }
        for id in (0..self.accepted).map(TaskId) {
            self.step(CLIENT, Event::Received(ToScheduler::Collect { id }));
        }
    }
}

/// Rows D09, D12 and X27: whatever happens, no accepted task is lost, none is with two workers at
/// a time, and none has two outcomes.
#[test]
fn d12_in_every_order_of_events_each_accepted_task_has_one_outcome() {
    for seed in 1..=2000 {
        let mut seeded = Seeded::new(u64::wrapping_mul(seed, 0x9E37_79B9_7F4A_7C15));
        let mut world = World::default();
        for _ in 0..200 {
            world.anything(&mut seeded);
        }
        world.finish();
        let finished = world.outcomes.keys().map(|id| id.0);
        assert!(finished.eq(0..world.accepted), "seed {seed}: lost");
    }
}
