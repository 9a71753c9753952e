//! The machine in every order of events that a small world allows: two workers, two tasks, and as
//! many faults as `Faults` says. Each state is plain data, so one that was seen before is known.
//!
//! `EVERY_ORDER_TASKS=3 cargo test -p scheduler --test every_order` takes a minute.

use std::collections::{BTreeSet, HashSet};
use std::env;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use scheduler::TaskId;
use scheduler::machine::{Effect, End, Event, Machine, Peer, Record, Rules};
use scheduler::task::{Call, Key};
use scheduler::wire::{FromScheduler, ToScheduler};

const CLIENT: Peer = Peer(0);

/// What may still go wrong.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Faults {
    /// A worker dies, and another comes.
    deaths: u32,
    /// A message arrives twice.
    doubles: u32,
    /// A task fails.
    errors: u32,
    /// A worker's heartbeats do not come in time.
    silences: u32,
}

/// A message under way, or the end of a connection. They arrive in any order.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Flying {
    Message(Peer, ToScheduler),
    End(Peer),
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct World {
    machine: Machine,
    flying: Vec<Flying>,
    /// The workers that are connected, and those of before whose end is noticed already.
    workers: BTreeSet<Peer>,
    gone: BTreeSet<Peer>,
    peers: u64,
    tasks: usize,
    faults: Faults,
    /// Tasks that have a result, and those that have ended at all.
    done: BTreeSet<TaskId>,
    ended: BTreeSet<TaskId>,
}

impl World {
    fn new(tasks: u32, faults: Faults) -> Self {
        let rules = Rules {
            most_errors: 2,
            most_deaths: 2,
            ..Rules::default()
        };
        let mut world = Self {
            machine: Machine::new(rules),
            flying: Vec::new(),
            workers: BTreeSet::new(),
            gone: BTreeSet::new(),
            peers: 0,
            tasks: tasks as usize,
            faults,
            done: BTreeSet::new(),
            ended: BTreeSet::new(),
        };
        for index in 0..tasks {
            let (kind, body) = ("work".to_owned(), Vec::new());
            let (key, call) = (Key { batch: 1, index }, Call { kind, body });
            let submit = ToScheduler::Submit { key, call };
            world.step(Duration::ZERO, Event::Received(CLIENT, submit));
        }
        world.connect();
        world.connect();
        world
    }

    fn connect(&mut self) {
        self.peers += 1;
        let peer = Peer(self.peers);
        self.workers.insert(peer);
        self.say(peer, ToScheduler::Credit { most: 1 });
    }

    fn say(&mut self, peer: Peer, message: ToScheduler) {
        self.flying.push(Flying::Message(peer, message));
    }

    fn step(&mut self, now: Duration, event: Event) {
        for effect in self.machine.step(now, event) {
            match effect {
                Effect::Keep(Record::Ended { id, end }) => {
                    assert!(self.ended.insert(id), "{id} has ended twice");
                    if matches!(end, End::Done(_)) {
                        self.done.insert(id);
                    }
                }
                Effect::Send(peer, FromScheduler::Lease { id, attempt, .. }) => {
                    assert!(!self.ended.contains(&id), "{id} is lent after its end");
                    self.work(peer, id, attempt);
                }
                Effect::HangUp(peer) => {
                    self.gone.insert(peer);
                    self.workers.remove(&peer);
                    self.connect();
                }
                Effect::Keep(_) | Effect::Send(..) | Effect::Shutdown => {}
            }
        }
    }

    /// The worker begins and ends at once, as far as the scheduler can tell: what it says of it
    /// arrives in any order, at any time.
    fn work(&mut self, peer: Peer, id: TaskId, attempt: u32) {
        if self.workers.contains(&peer) {
            self.say(peer, ToScheduler::Started { id, attempt });
            let body = vec![u8::try_from(id.0).unwrap_or_default()];
            self.say(peer, ToScheduler::Done { id, attempt, body });
        }
    }

    /// All worlds that can be next.
    fn next(&self) -> Vec<Self> {
        let mut all = Vec::new();
        for place in 0..self.flying.len() {
            let mut next = self.clone();
            let flying = next.flying.remove(place);
            let mut twice = self.clone();
            match flying {
                Flying::End(peer) => {
                    next.gone.insert(peer);
                    next.step(Duration::ZERO, Event::Gone(peer));
                }
                Flying::Message(peer, message) if !next.gone.contains(&peer) => {
                    let event = Event::Received(peer, message.clone());
                    next.step(Duration::ZERO, event.clone());
                    if self.faults.doubles > 0 {
                        twice.faults.doubles -= 1;
                        twice.step(Duration::ZERO, event);
                        all.push(twice);
                    }
                    all.extend(self.fails(place, peer, &message));
                }
                Flying::Message(..) => {}
            }
            all.push(next);
        }
        all.extend(self.goes_wrong());
        all
    }

    /// Instead of the result of this place, an error.
    fn fails(&self, place: usize, peer: Peer, message: &ToScheduler) -> Option<Self> {
        let ToScheduler::Done { id, attempt, .. } = *message else {
            return None;
        };
        let mut next = self.clone();
        next.faults.errors = self.faults.errors.checked_sub(1)?;
        let message = "no".to_owned();
        let failed = ToScheduler::Failed {
            id,
            attempt,
            message,
        };
        next.flying[place] = Flying::Message(peer, failed);
        Some(next)
    }

    fn goes_wrong(&self) -> Vec<Self> {
        let mut all = Vec::new();
        if self.faults.deaths > 0 {
            for &peer in &self.workers {
                let mut next = self.clone();
                next.faults.deaths -= 1;
                next.workers.remove(&peer);
                next.flying.push(Flying::End(peer));
                next.connect();
                all.push(next);
            }
        }
        // A delay ends by itself; a lease only when a worker is silent.
        let is_delayed = self.machine.status().delayed > 0;
        let is_silent = self.faults.silences > 0 && self.machine.status().leased > 0;
        if let Some(timer) = self.machine.next_timer()
            && (is_delayed || is_silent)
        {
            let mut next = self.clone();
            if timer >= Rules::default().lease {
                if !is_silent {
                    return all;
                }
                next.faults.silences -= 1;
            }
            next.step(timer, Event::Tick);
            all.push(next);
        }
        all
    }

    fn judge_the_end(&self) {
        assert_eq!(self.ended.len(), self.tasks, "lost: {:?}", self.machine);
        assert!(self.done.is_subset(&self.ended));
        assert_eq!(self.machine.status().leased, 0);
    }
}

fn explore(tasks: u32, faults: Faults) -> usize {
    let first = World::new(tasks, faults);
    let mut seen: HashSet<World> = HashSet::from([first.clone()]);
    let mut open = vec![first];
    let hasher = RandomState::new();
    while let Some(world) = open.pop() {
        let next = world.next();
        if next.is_empty() {
            world.judge_the_end();
        }
        for mut next in next {
            next.flying
                .sort_by_cached_key(|flying| hasher.hash_one(flying));
            if seen.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    seen.len()
}

/// Rows D09, D12 and X27: whatever the order, each task ends, and ends once.
#[test]
fn d12_in_every_order_with_a_fault_of_each_kind_each_task_ends_once() {
    let tasks = env::var("EVERY_ORDER_TASKS").ok();
    let tasks = tasks.and_then(|text| text.parse().ok()).unwrap_or(2);
    for [deaths, doubles, errors, silences] in
        [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    {
        let faults = Faults {
            deaths,
            doubles,
            errors,
            silences,
        };
        let states = explore(tasks, faults);
        assert!(states > 100, "{states}");
    }
}
