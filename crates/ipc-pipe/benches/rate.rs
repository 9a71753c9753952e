//! How many messages a second: `cargo bench -p ipc-pipe`.
#![expect(clippy::unwrap_used, reason = "a benchmark may")]

use std::time::Instant;

use common::say;
use ipc_pipe::{byte_pipe, duplex, pipe};
use multiprocess::Process;

const MESSAGES: u64 = 10_000_000;
const TRIPS: u64 = 300_000;

fn main() {
    one_way();
    ping_pong();
    for (len_bytes, count) in [(64 << 10, 100_000), (1 << 20, 5_000)] {
        large(len_bytes, count);
    }
}

fn one_way() {
    let (sender, receiver) = pipe::<(u64, u64)>().unwrap();
    let child = Process::start("sender", move || {
        (0..MESSAGES).for_each(|number| sender.send((number, number)).unwrap());
    });
    let started = Instant::now();
    let received = receiver.iter().map(Result::unwrap).count();
    let rate = MESSAGES as f64 / started.elapsed().as_secs_f64();
    child.unwrap().join().unwrap();
    assert_eq!(received as u64, MESSAGES);
    say!("pipe, 16 B messages: {:.2} M/s", rate / 1e6);
}

fn ping_pong() {
    let (here, there) = duplex::<(u64, u64), (u64, u64)>().unwrap();
    let child = Process::start("echo", move || {
        while let Ok(message) = there.recv() {
            there.send(message).unwrap();
        }
    });
    let started = Instant::now();
    for trip in 0..TRIPS {
        here.send((trip, trip)).unwrap();
        assert_eq!(here.recv().unwrap().0, trip);
    }
    let rate = TRIPS as f64 / started.elapsed().as_secs_f64();
    drop(here);
    child.unwrap().join().unwrap();
    say!("pipe, round trips of 16 B: {:.3} M/s", rate / 1e6);
}

fn large(len_bytes: usize, count: usize) {
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
    let rate = (len_bytes * count) as f64 / started.elapsed().as_secs_f64();
    child.unwrap().join().unwrap();
    say!(
        "pipe, messages of {} KiB: {:.2} GB/s",
        len_bytes >> 10,
        rate / 1e9
    );
}
