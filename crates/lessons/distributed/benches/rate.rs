//! Measures the machine, without a network, with a thousand and with a million tasks queued:
//! `cargo bench -p distributed`, or with the name of one measurement after `--`. `queued-bytes` is the
//! memory that a queued task takes, with an argument of eight bytes; the others are rates a second.
#![expect(clippy::unwrap_used, reason = "a benchmark may")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use distributed::TaskId;
use distributed::machine::{Effect, Event, Machine, Peer, Rules};
use distributed::task::{Call, Key};
use distributed::wire::{FromScheduler, ToScheduler};
use lesson_test::{bench, peak_kib};

const CLIENT: Peer = Peer(0);
const ROUNDS: u32 = 100_000;
const HELD: u32 = 16;

const FEW: u32 = 1_000;
const MANY: u32 = 1_000_000;

fn main() {
    bench(&[
        // The first: later ones could use memory that was freed again.
        ("queued-bytes", queued_bytes),
        ("through", || through(FEW)),
        ("through-million", || through(MANY)),
        ("give-back", || give_back(FEW)),
        ("give-back-million", || give_back(MANY)),
        ("look-up", || look_up(FEW)),
        ("look-up-million", || look_up(MANY)),
    ]);
}

fn queued_bytes() -> f64 {
    let before = peak_kib();
    let machine = black_box(filled(MANY));
    let bytes = (peak_kib() - before) as f64 * 1024.0 / f64::from(MANY);
    drop(machine);
    bytes
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
fn through(queued: u32) -> f64 {
    let mut machine = filled(queued);
    let worker = Peer(1);
    let credit = ToScheduler::Credit { most: 1 };
    let mut effects = machine.step(Duration::ZERO, Event::Received(worker, credit));
    per_second(ROUNDS, || {
        for round in 0..ROUNDS {
            let (id, attempt) = lease(&effects);
            let body = vec![7; 8];
            let _accepted = machine.step(Duration::ZERO, submit(queued + round));
            let started = ToScheduler::Started { id, attempt };
            let _nothing = machine.step(Duration::ZERO, Event::Received(worker, started));
            let done = ToScheduler::Done { id, attempt, body };
            effects = machine.step(Duration::ZERO, Event::Received(worker, done));
        }
    })
}

fn lease(effects: &[Effect]) -> (TaskId, u32) {
    let lease = effects.iter().find_map(|effect| match effect {
        Effect::Send(_, FromScheduler::Lease { id, attempt, .. }) => Some((*id, *attempt)),
        _ => None,
    });
    lease.unwrap()
}

/// Tasks per second that go back to the queue: a worker comes, holds 16 tasks, and is gone.
fn give_back(queued: u32) -> f64 {
    let mut machine = filled(queued);
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
fn look_up(queued: u32) -> f64 {
    let machine = filled(queued);
    per_second(ROUNDS, || {
        for peer in 0..u64::from(ROUNDS) {
            black_box(machine.held_by(Peer(peer)));
        }
    })
}
