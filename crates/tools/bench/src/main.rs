//! Measures other crates, bare system calls and the machine itself at the work that the lessons
//! measure: `bench-peers NAME` does the work once and prints `NAME RATE`, the rate a second.
//!
//! `scripts/bench` runs these in turns with the lessons' own benches. This crate is outside the
//! workspace, so that no lesson builds crates that are only measured against.
#![forbid(unsafe_code)]

mod atomics;
mod channel;
mod iceoryx;
mod limits;
mod pipe;
mod rate;
mod relay;
mod spawn;

use std::env;
use std::process::ExitCode;

use common::say;
use rate::Rate;

/// A function that does the work once and returns the rate.
type Measure = fn() -> Rate;

/// The measurements and their names.
const MEASUREMENTS: [(&str, Measure); 23] = [
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
    ("relay-volatile", relay::volatile),
    ("relay-durable", relay::durable),
    ("relay-volatile-one", relay::volatile_one),
    ("relay-durable-one", relay::durable_one),
    ("tokio-one-thread", spawn::tokio_one_thread),
    ("tokio-two-threads", spawn::tokio_two_threads),
];

fn main() -> ExitCode {
    // procspawn starts this program again as a worker, and a worker does not return from here.
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
