//! Measures how many tasks per second go through the machine, without a network, while more and
//! more are queued: `cargo bench -p distributed`. Each line is a name, the number of queued tasks,
//! and a rate per second.
#![expect(clippy::unwrap_used, reason = "a benchmark may")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use common::say;
use distributed::TaskId;
use distributed::machine::{Effect, Event, Machine, Peer, Rules};
use distributed::task::{Call, Key};
use distributed::wire::{FromScheduler, ToScheduler};
use lesson_test::peak_kib;

const CLIENT: Peer = Peer(0);
const ROUNDS: u32 = 100_000;
const HELD: u32 = 16;

const MOST: u32 = 1_000_000;

fn main() {
    // First, while nothing has been freed whose memory could be used again.
    let before = peak_kib();
    let machine = filled(MOST);
    let bytes = (peak_kib() - before) * 1024 / u64::from(MOST);
    say!("bytes a queued task, with an argument of 8: {bytes}");
    drop(machine);
    for queued in [1_000, 10_000, 100_000, MOST] {
        let mut machine = filled(queued);
        say!("through {queued} {:.0}", through(&mut machine, queued));
        say!("give-back {queued} {:.0}", give_back(&mut machine));
        say!("look-up {queued} {:.0}", look_up(&machine));
    }
}

fn filled(queued: u32) -> Machine {
    let most_bytes = usize::MAX;
    let mut machine = Machine::new(Rules {
        most_bytes,
        ..Rules::default()
    });
    for index in 0..queued {
        let _accepted = machine.step(Duration::ZERO, submit(index));
    }
    machine
}

fn submit(index: u32) -> Event {
    let (kind, body) = ("square".to_owned(), vec![7; 8]);
    let (key, call) = (Key { batch: 1, index }, Call { kind, body });
    Event::Received(CLIENT, ToScheduler::Submit { key, call })
}

fn per_second(count: u32, run: impl FnOnce()) -> f64 {
    let started = Instant::now();
    run();
    f64::from(count) / started.elapsed().as_secs_f64()
}

/// Tasks per second from submission to result: each is submitted, lent, begun and done.
fn through(machine: &mut Machine, queued: u32) -> f64 {
    let worker = Peer(1);
    let credit = ToScheduler::Credit { most: 1 };
    let mut effects = machine.step(Duration::ZERO, Event::Received(worker, credit));
    let rate = per_second(ROUNDS, || {
        for round in 0..ROUNDS {
            let (id, attempt) = lease(&effects);
            let body = vec![7; 8];
            let _accepted = machine.step(Duration::ZERO, submit(queued + round));
            let started = ToScheduler::Started { id, attempt };
            let _nothing = machine.step(Duration::ZERO, Event::Received(worker, started));
            let done = ToScheduler::Done { id, attempt, body };
            effects = machine.step(Duration::ZERO, Event::Received(worker, done));
        }
    });
    let _given_back = machine.step(Duration::ZERO, Event::Gone(worker));
    rate
}

fn lease(effects: &[Effect]) -> (TaskId, u32) {
    let lease = effects.iter().find_map(|effect| match effect {
        Effect::Send(_, FromScheduler::Lease { id, attempt, .. }) => Some((*id, *attempt)),
        _ => None,
    });
    lease.unwrap()
}

/// Tasks per second that go back to the queue: a worker comes, holds 16 tasks, and is gone.
fn give_back(machine: &mut Machine) -> f64 {
    let rounds = ROUNDS / HELD;
    per_second(rounds * HELD, || {
        for round in 0..rounds {
            let worker = Peer(2 + u64::from(round));
            let credit = ToScheduler::Credit { most: HELD };
            let leases = machine.step(Duration::ZERO, Event::Received(worker, credit));
            assert_eq!(leases.len(), HELD as usize);
            let _nothing = machine.step(Duration::ZERO, Event::Gone(worker));
        }
    })
}

/// Questions per second: how many tasks does this peer hold?
fn look_up(machine: &Machine) -> f64 {
    per_second(ROUNDS, || {
        for peer in 0..u64::from(ROUNDS) {
            black_box(machine.held_by(Peer(peer)));
        }
    })
}
