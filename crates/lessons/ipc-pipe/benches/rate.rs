//! Measures messages a second: `cargo bench -p ipc-pipe`, or one measurement by its name: `cargo
//! bench -p ipc-pipe -- one-way`.
//!
//! The last line of each measurement is its name and its rate, in messages or round trips a second.
#![expect(clippy::unwrap_used, reason = "a benchmark may")]

use std::time::Instant;

use common::say;
use ipc_pipe::{byte_pipe, duplex, pipe};
use lesson_test::{bench, peak_kib, scaled};
use multiprocess::Process;

fn main() {
    bench(&[
        ("one-way", one_way),
        ("ping-pong", ping_pong),
        ("64k", || large(64 << 10, 100_000)),
        ("1m", || large(1 << 20, 5_000)),
    ]);
}

fn one_way() -> f64 {
    let count = scaled(10_000_000);
    let (sender, receiver) = pipe::<(u64, u64)>().unwrap();
    let child = Process::start("sender", move || {
        (0..count).for_each(|number| sender.send((number, number)).unwrap());
        peak_kib()
    });
    let mut tenths = vec![Instant::now()];
    for number in 1..=count {
        assert_eq!(receiver.recv().unwrap().0, number - 1);
        if number % (count / 10) == 0 {
            tenths.push(Instant::now());
        }
    }
    let senders_kib = child.unwrap().join().unwrap();
    let rate = |from: Instant, to: Instant, messages| messages as f64 / (to - from).as_secs_f64();
    let tenth = |number: usize| rate(tenths[number - 1], tenths[number], count / 10) / 1e6;
    let all = rate(tenths[0], tenths[10], count);
    say!("pipe, 16 B messages: {:.2} M/s", all / 1e6);
    say!(
        "  first tenth {:.2} M/s, last tenth {:.2} M/s; peak memory {senders_kib} and {} KiB",
        tenth(1),
        tenth(10),
        peak_kib()
    );
    all
}

fn ping_pong() -> f64 {
    let count = scaled(300_000);
    let (here, there) = duplex::<(u64, u64), (u64, u64)>().unwrap();
    let child = Process::start("echo", move || {
        while let Ok(message) = there.recv() {
            there.send(message).unwrap();
        }
    });
    let started = Instant::now();
    for trip in 0..count {
        here.send((trip, trip)).unwrap();
        assert_eq!(here.recv().unwrap().0, trip);
    }
    let rate = count as f64 / started.elapsed().as_secs_f64();
    drop(here);
    child.unwrap().join().unwrap();
    say!("pipe, round trips of 16 B: {:.3} M/s", rate / 1e6);
    rate
}

fn large(len_bytes: usize, count: u64) -> f64 {
    let count = scaled(count);
    let (sender, receiver) = byte_pipe().unwrap();
    let child = Process::start("sender", move || {
        let message = vec![7; len_bytes];
        (0..count).for_each(|_| sender.send(&message).unwrap());
    });
    let mut buffer = vec![0; len_bytes];
    let started = Instant::now();
    for _ in 0..count {
        assert_eq!(receiver.recv_into(&mut buffer).unwrap(), Ok(len_bytes));
    }
    let rate = count as f64 / started.elapsed().as_secs_f64();
    child.unwrap().join().unwrap();
    say!(
        "pipe, messages of {} KiB: {:.2} GB/s",
        len_bytes >> 10,
        rate * len_bytes as f64 / 1e9
    );
    rate
}
