//! How many threads a second are started and joined, and how many items a second two threads
//! hand to a third: `cargo bench -p threads`, or with the name of one measurement behind `--`.
//!
//! The last line of each is its name and the rate, a plain number.
#![expect(clippy::unwrap_used, reason = "a benchmark may")]

use std::time::Instant;

use common::say;
use crossbeam_channel::unbounded;
use threads::{scope, start};

const THREADS: u64 = 50_000;
const ITEMS: u64 = 5_000_000;

fn main() {
    // cargo adds a `--bench` of its own.
    let wanted = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    for (name, measure) in [("start-join", start_join as fn() -> u64), ("queue", queue)] {
        if wanted.as_ref().is_none_or(|wanted| wanted == name) {
            let started = Instant::now();
            let count = measure();
            let rate = count as f64 / started.elapsed().as_secs_f64();
            say!("{name} {rate:.0}");
        }
    }
}

/// One after the other: each is joined before the next is started.
fn start_join() -> u64 {
    for thread in 0..THREADS {
        start(format!("Thread_{thread}"), || ())
            .unwrap()
            .join()
            .unwrap();
    }
    THREADS
}

/// Two threads put, a third gets, as in `--bin thread-queue`.
fn queue() -> u64 {
    let (sender, receiver) = unbounded();
    let mut got = 0;
    scope(|scope| {
        for writer in 1..=2 {
            let sender = sender.clone();
            let put = move || (0..ITEMS).for_each(|item| sender.send(item).unwrap());
            scope.start(format!("Writer_{writer}"), put).unwrap();
        }
        drop(sender);
        got = receiver.iter().count() as u64;
    });
    assert_eq!(got, 2 * ITEMS);
    got
}
