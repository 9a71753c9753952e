//! Measures how many times per second a lock is taken and released, by one thread and by two at
//! once: `cargo bench -p sync`, or with the name of one measurement after `--`.
//!
//! The last line of each measurement is its name and the rate, a plain number.
#![expect(clippy::unwrap_used, reason = "a benchmark may")]

use std::cell::Cell;
use std::time::Instant;

use common::say;
use lesson_test::scaled;
use parking_lot::ReentrantMutex;
use sync::{Lock, RLock};
use threads::scope;

fn main() {
    // cargo adds `--bench` to the arguments.
    let wanted = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let (rlock, lock) = (RLock::new(Cell::new(0)), Lock::new(0));
    let peer = ReentrantMutex::new(Cell::new(0));
    let add_rlock = || {
        let number = rlock.lock();
        number.set(number.get() + 1);
    };
    let add_lock = || *lock.lock() += 1;
    let add_peer = || {
        let number = peer.lock();
        number.set(number.get() + 1);
    };
    let is_wanted = |name: &str| wanted.as_ref().is_none_or(|wanted| wanted == name);
    for (threads, each, suffix) in [
        (1, scaled(40_000_000), "alone"),
        (2, scaled(5_000_000), "two"),
    ] {
        let locks: [(&str, &(dyn Fn(u64) + Sync)); 3] = [
            ("rlock", &|times| (0..times).for_each(|_| add_rlock())),
            ("lock", &|times| (0..times).for_each(|_| add_lock())),
            ("parking-lot-reentrant", &|times| {
                (0..times).for_each(|_| add_peer())
            }),
        ];
        for (lock, add) in locks {
            let name = format!("{lock}-{suffix}");
            if is_wanted(&name) {
                say!("{name} {:.0}", rate(threads, each, add));
            }
        }
    }
}

/// Calls of `add` per second, summed over all threads; each thread calls it once, with `each`.
fn rate(threads: u64, each: u64, add: &(dyn Fn(u64) + Sync)) -> f64 {
    let started = Instant::now();
    scope(|scope| {
        for thread in 1..=threads {
            scope
                .start(format!("Thread_{thread}"), || add(each))
                .unwrap();
        }
    });
    (threads * each) as f64 / started.elapsed().as_secs_f64()
}
