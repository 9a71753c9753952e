//! Measures how many threads per second are started and joined, and how many items per second two
//! threads send to a third: `cargo bench -p threads`, or with the name of one measurement after `--`.
//!
//! The last line of each measurement is its name and the rate, a plain number.
#![expect(clippy::unwrap_used, reason = "a benchmark may")]

use std::time::Instant;

use crossbeam_channel::unbounded;
use lesson_test::{bench, scaled};
use threads::{scope, start};

fn main() {
    bench(&[("start-join", start_join), ("queue", queue)]);
}

/// Threads per second, started and joined one after the other.
fn start_join() -> f64 {
    let count = scaled(50_000);
    let started = Instant::now();
    for thread in 0..count {
        start(format!("Thread_{thread}"), || ())
            .unwrap()
            .join()
            .unwrap();
    }
    count as f64 / started.elapsed().as_secs_f64()
}

/// Items per second that two threads send and a third receives, as in `--bin thread-queue`.
fn queue() -> f64 {
    let count = scaled(5_000_000);
    let started = Instant::now();
    let (sender, receiver) = unbounded();
    let mut got = 0;
    scope(|scope| {
        for writer in 1..=2 {
            let sender = sender.clone();
            let put = move || (0..count).for_each(|item| sender.send(item).unwrap());
            scope.start(format!("Writer_{writer}"), put).unwrap();
        }
        drop(sender);
        got = receiver.iter().count() as u64;
    });
    assert_eq!(got, 2 * count);
    got as f64 / started.elapsed().as_secs_f64()
}
