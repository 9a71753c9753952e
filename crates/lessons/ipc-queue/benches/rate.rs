//! Measures items a second: `cargo bench -p ipc-queue`, or by its name `cargo bench -p ipc-queue --
//! two-producers`.
//!
//! The last line is the measurement's name and its rate, in items a second.
#![expect(clippy::unwrap_used, reason = "a benchmark may")]

use std::time::Instant;

use common::say;
use ipc_queue::unbounded;
use lesson_test::{bench, scaled};
use multiprocess::Process;

fn main() {
    bench(&[("two-producers", two_producers)]);
}

fn two_producers() -> f64 {
    let count = scaled(5_000_000);
    let (sender, receiver) = unbounded::<(u64, u64)>().unwrap();
    let writers = [0; 2].map(|_| {
        let sender = sender.try_clone().unwrap();
        let put = move || (0..count).for_each(|item| sender.put((item, item)).unwrap());
        Process::start("writer", put).unwrap()
    });
    drop(sender);
    let started = Instant::now();
    let got = receiver.iter().map(Result::unwrap).count() as u64;
    let rate = got as f64 / started.elapsed().as_secs_f64();
    writers
        .into_iter()
        .for_each(|writer| writer.join().unwrap());
    assert_eq!(got, 2 * count);
    say!(
        "queue, 2 writers, 1 reader, 16 B items: {:.2} M/s",
        rate / 1e6
    );
    rate
}
