//! The machine in every order of events that a small world allows, by a model checker: two workers,
//! two tasks (three under `scripts/storms`), and as many faults as `Faults` allows.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::time::Duration;

use lesson_test::rounds;
use scheduler::TaskId;
use scheduler::machine::{Effect, End, Event, Machine, Peer, Record, Rules};
use scheduler::task::{Call, Key};
use scheduler::wire::{FromScheduler, ToScheduler};
use stateright::{Checker, Model, Property};

const CLIENT: Peer = Peer(0);

/// The faults that may still happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Faults {
    /// A worker dies, and another comes.
    deaths: u32,
    /// A message arrives twice.
    doubles: u32,
    /// A task fails.
    errors: u32,
    /// A worker's heartbeats are late.
    silences: u32,
    /// A worker is in the middle of a long packet when half of its lease is over.
    packets: u32,
    /// The scheduler dies, and another one restores the content of the disk.
    restarts: u32,
}

/// A message under way, or the end of a connection. They arrive in any order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Flying {
    Message(Peer, ToScheduler),
    End(Peer),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct World {
    machine: Machine,
    disk: Vec<Record>,
    flying: Vec<Flying>,
    /// The connected workers, and earlier ones whose end has been noticed.
    workers: BTreeSet<Peer>,
    gone: BTreeSet<Peer>,
    peers: u64,
    faults: Faults,
    /// The tasks that have a result, and the tasks that have ended.
    done: BTreeSet<TaskId>,
    ended: BTreeSet<TaskId>,
    /// Errors that must never occur.
    ended_twice: bool,
    lent_after_its_end: bool,
}

/// What may happen next to the message or the end of a connection at this place.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Next {
    Arrives(usize),
    ArrivesTwice(usize),
    FailsInstead(usize),
    Dies(Peer),
    IsAlive(Peer),
    TimePasses,
    SchedulerDies,
}

fn rules() -> Rules {
    Rules {
        most_errors: 2,
        most_deaths: 2,
        ..Rules::default()
    }
}

impl World {
    fn new(tasks: u32, faults: Faults) -> Self {
        let mut world = Self {
            machine: Machine::new(rules()),
            disk: Vec::new(),
            flying: Vec::new(),
            workers: BTreeSet::new(),
            gone: BTreeSet::new(),
            peers: 0,
            faults,
            done: BTreeSet::new(),
            ended: BTreeSet::new(),
            ended_twice: false,
            lent_after_its_end: false,
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
        self.send(peer, ToScheduler::Credit { most: 1 });
    }

    fn send(&mut self, peer: Peer, message: ToScheduler) {
        self.flying.push(Flying::Message(peer, message));
    }

    fn step(&mut self, now: Duration, event: Event) {
        for effect in self.machine.step(now, event) {
            match effect {
                Effect::Keep(record) => {
                    if let Record::Ended { id, end } = &record {
                        self.ended_twice |= !self.ended.insert(*id);
                        if matches!(end, End::Done(_)) {
                            self.done.insert(*id);
                        }
                    }
                    // Only a restart reads the records.
                    if self.faults.restarts > 0 {
                        self.disk.push(record);
                    }
                }
                Effect::Send(peer, FromScheduler::Lease { id, attempt, .. }) => {
                    self.lent_after_its_end |= self.ended.contains(&id);
                    self.work(peer, id, attempt);
                }
                Effect::HangUp(peer) => {
                    self.gone.insert(peer);
                    self.workers.remove(&peer);
                    self.connect();
                }
                Effect::Send(..) | Effect::Shutdown => {}
            }
        }
    }

    /// The worker begins and ends the task at once, as far as the scheduler can tell: its messages
    /// arrive in any order, at any time.
    fn work(&mut self, peer: Peer, id: TaskId, attempt: u32) {
        if self.workers.contains(&peer) {
            self.send(peer, ToScheduler::Started { id, attempt });
            let body = vec![u8::try_from(id.0).unwrap_or_default()];
            self.send(peer, ToScheduler::Done { id, attempt, body });
        }
    }

    /// The next timer, if it may be reached: a delay always ends; a lease only if a worker is silent.
    fn time_that_may_pass(&self) -> Option<Duration> {
        let status = self.machine.status();
        let is_silent = self.faults.silences > 0 && status.leased > 0;
        let timer = self.machine.next_timer()?;
        let is_lease = timer >= rules().lease;
        (is_silent || (status.delayed > 0 && !is_lease)).then_some(timer)
    }

    fn happens(&mut self, next: &Next) {
        match *next {
            Next::Arrives(place) => match self.flying.remove(place) {
                Flying::End(peer) => {
                    self.gone.insert(peer);
                    self.step(Duration::ZERO, Event::Gone(peer));
                }
                Flying::Message(peer, message) => self.arrives(peer, message),
            },
            Next::ArrivesTwice(place) => {
                self.faults.doubles -= 1;
                if let Flying::Message(peer, message) = self.flying[place].clone() {
                    self.arrives(peer, message);
                }
            }
            Next::FailsInstead(place) => self.fails_instead(place),
            Next::Dies(peer) => {
                self.faults.deaths -= 1;
                self.workers.remove(&peer);
                self.flying.push(Flying::End(peer));
                self.connect();
            }
            Next::IsAlive(peer) => {
                self.faults.packets -= 1;
                self.step(rules().lease / 2, Event::Alive(peer));
            }
            Next::TimePasses => {
                let timer = self.machine.next_timer().unwrap_or_default();
                if timer >= rules().lease {
                    self.faults.silences -= 1;
                }
                self.step(timer, Event::Tick);
            }
            Next::SchedulerDies => self.scheduler_dies(),
        }
        // Worlds that differ only in the order of what is under way are equal.
        let hasher = BuildHasherDefault::<DefaultHasher>::default();
        self.flying
            .sort_by_cached_key(|flying| hasher.hash_one(flying));
    }

    /// Turns this result into a failure of its task.
    fn fails_instead(&mut self, place: usize) {
        self.faults.errors -= 1;
        if let Flying::Message(_, message) = &mut self.flying[place]
            && let ToScheduler::Done { id, attempt, .. } = *message
        {
            let why = "no".to_owned();
            *message = ToScheduler::Failed {
                id,
                attempt,
                message: why,
            };
        }
    }

    fn scheduler_dies(&mut self) {
        self.machine = Machine::new(rules());
        for record in self.disk.clone() {
            self.machine.restore(record);
        }
        self.faults.restarts -= 1;
        // All messages that were not received are lost with the connections.
        self.flying.clear();
        for peer in std::mem::take(&mut self.workers) {
            self.gone.insert(peer);
            self.connect();
        }
    }

    fn arrives(&mut self, peer: Peer, message: ToScheduler) {
        if !self.gone.contains(&peer) {
            self.step(Duration::ZERO, Event::Received(peer, message));
        }
    }
}

/// The initial world.
struct Orders {
    tasks: u32,
    faults: Faults,
}

impl Model for Orders {
    type State = World;
    type Action = Next;

    fn init_states(&self) -> Vec<World> {
        vec![World::new(self.tasks, self.faults)]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Next>) {
        for (place, flying) in world.flying.iter().enumerate() {
            actions.push(Next::Arrives(place));
            let Flying::Message(peer, message) = flying else {
                continue;
            };
            if world.faults.doubles > 0 && !world.gone.contains(peer) {
                actions.push(Next::ArrivesTwice(place));
            }
            if world.faults.errors > 0 && matches!(message, ToScheduler::Done { .. }) {
                actions.push(Next::FailsInstead(place));
            }
        }
        if world.faults.deaths > 0 {
            actions.extend(world.workers.iter().map(|&peer| Next::Dies(peer)));
        }
        if world.faults.packets > 0 {
            // Also of a worker that has gone meanwhile: that returns no lease to it.
            let all = world.workers.union(&world.gone);
            actions.extend(all.map(|&peer| Next::IsAlive(peer)));
        }
        if world.time_that_may_pass().is_some() {
            actions.push(Next::TimePasses);
        }
        if world.faults.restarts > 0 {
            actions.push(Next::SchedulerDies);
        }
    }

    fn next_state(&self, world: &World, next: Next) -> Option<World> {
        let mut world = world.clone();
        world.happens(&next);
        Some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("no task ends twice", |_, world: &World| !world.ended_twice),
            Property::always("no task is lent after its end", |_, world: &World| {
                !world.lent_after_its_end
            }),
            Property::always("what has a result has ended", |_, world: &World| {
                world.done.is_subset(&world.ended)
            }),
            Property::eventually("every task ends", |orders: &Self, world: &World| {
                world.ended.len() == orders.tasks as usize
            }),
        ]
    }
}

/// Explores all worlds with these faults.
fn explore(faults: Faults) {
    // `scripts/storms` runs the long form.
    explore_with(if rounds(100) == 100 { 3 } else { 2 }, faults);
}

fn explore_with(tasks: u32, faults: Faults) {
    let checker = Orders { tasks, faults }.checker().spawn_dfs().join();
    checker.assert_properties();
    let worlds = checker.unique_state_count();
    common::say!("{tasks} tasks, {faults:?}: {worlds} worlds");
    assert!(worlds > 100, "{worlds}");
}

const NONE: Faults = Faults {
    deaths: 0,
    doubles: 0,
    errors: 0,
    silences: 0,
    packets: 0,
    restarts: 0,
};

/// Rows D09, D12 and X27: whatever the order, each task ends, and ends once.
#[test]
fn d12_in_every_order_with_a_fault_of_each_kind_each_task_ends_once() {
    for faults in [
        Faults { deaths: 1, ..NONE },
        Faults { doubles: 1, ..NONE },
        Faults { errors: 1, ..NONE },
        Faults {
            silences: 1,
            ..NONE
        },
        Faults {
            restarts: 1,
            ..NONE
        },
    ] {
        explore(faults);
    }
}

/// Rows D12 and X27.
#[test]
fn d12_in_every_order_with_crashes_and_a_doubled_message_each_task_ends_once() {
    explore(Faults {
        deaths: 1,
        doubles: 1,
        ..NONE
    });
}

/// Rows D12 and X27. What the next scheduler restores agrees with the messages that come again.
#[test]
fn d12_in_every_order_with_a_restart_and_a_doubled_message_each_task_ends_once() {
    explore(Faults {
        doubles: 1,
        restarts: 1,
        ..NONE
    });
}

/// Row D12. A death before the restart counts after it.
#[test]
fn d12_in_every_order_with_a_restart_and_a_crash_each_task_ends_once() {
    explore(Faults {
        deaths: 1,
        restarts: 1,
        ..NONE
    });
}

/// Row D12. Both crashes may be those of one task, which is dead then.
#[test]
fn d12_in_every_order_with_as_many_crashes_as_a_task_may_cause_each_task_ends_once() {
    let deaths = rules().most_deaths.into();
    // With three tasks, the worlds take more than 8 GiB.
    explore_with(2, Faults { deaths, ..NONE });
}

/// Row D12. A worker that is alive keeps its lease, and one that has lost it does not get it back.
#[test]
fn d12_in_every_order_with_a_long_packet_and_a_silence_each_task_ends_once() {
    explore(Faults {
        silences: 1,
        packets: 1,
        ..NONE
    });
}
