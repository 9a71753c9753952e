//! What other crates, the bare system calls and the machine itself do with the work that the lessons
//! measure: `bench-peers NAME` does it once and prints `NAME RATE`, the rate a second.
//!
//! `scripts/bench` runs these in turns with the lessons' own benches. They stand outside the
//! workspace, so that no lesson builds what is only measured against.
#![forbid(unsafe_code)]

mod atomics;
mod channel;
mod iceoryx;
mod limits;
mod pipe;
mod spawn;

use std::env;
use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;

use common::say;

/// What a measurement gives: its rate a second.
type Rate = Result<f64, Box<dyn Error>>;

/// Does the work once.
type Measure = fn() -> Rate;

/// Each measurement by its name.
const MEASUREMENTS: [(&str, Measure); 19] = [
    ("ipc-channel-one-way", channel::one_way),
    ("ipc-channel-64k", || channel::large(64 << 10, 20_000)),
    ("ipc-channel-1m", || channel::large(1 << 20, 1_000)),
    ("ipc-channel-two-producers", channel::two_producers),
    ("iceoryx2-ping-pong", iceoryx::ping_pong),
    ("pipe-one-way", pipe::one_way),
    ("pipe-ping-pong", pipe::ping_pong),
    ("pipe-two-producers", pipe::two_producers),
    ("ring-one-way", limits::ring),
    ("memcpy-64k", || limits::memcpy(64 << 10, 400_000)),
    ("memcpy-1m", || limits::memcpy(1 << 20, 15_000)),
    ("lines-ping-pong", atomics::lines_there_and_back),
    ("atomic-pair-alone", atomics::take_and_give_back),
    ("std-mutex-alone", || atomics::std_mutex(1, 40_000_000)),
    ("std-mutex-two", || atomics::std_mutex(2, 5_000_000)),
    ("fetch-add-two", atomics::fetch_add_two),
    ("procspawn-pool", spawn::procspawn_pool),
    ("tokio-one-thread", spawn::tokio_one_thread),
    ("tokio-two-threads", spawn::tokio_two_threads),
];

fn main() -> ExitCode {
    // A worker of procspawn is this program again, and ends in here.
    procspawn::init();
    let name = env::args().nth(1).unwrap_or_default();
    let Some((_, measure)) = MEASUREMENTS.iter().find(|(known, _)| *known == name) else {
        let known = MEASUREMENTS.map(|(name, _)| name).join(" ");
        say!("no measurement is named {name:?}; there are {known}");
        return ExitCode::from(2);
    };
    match measure() {
        Ok(rate) => say!("{name} {rate:.0}"),
        Err(error) => {
            say!("{name} failed: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// A hundredth of the work when only to see that everything runs (`scripts/bench --quick`).
fn scaled(count: u64) -> u64 {
    let quick = env::var_os("BENCH_QUICK").is_some();
    if quick { (count / 100).max(10) } else { count }
}

/// The rate a second of `count` things done since `started`.
fn rate(count: u64, started: Instant) -> f64 {
    count as f64 / started.elapsed().as_secs_f64()
}
