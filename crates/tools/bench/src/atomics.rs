//! The speed of the processor itself: the steps that every lock, counter and message is made of.

use std::hint::{black_box, spin_loop};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::Instant;

use crate::rate::{Rate, rate, scaled};

/// A number in two cache lines of its own, because a processor also fetches the neighbouring line.
#[repr(align(128))]
struct Line(AtomicU64);

impl Line {
    fn wait_for(&self, number: u64) {
        while self.0.load(Ordering::Acquire) != number {
            spin_loop();
        }
    }
}

/// A number goes there in one cache line and back in another, while both threads poll. No message
/// between two processors can be faster.
pub fn lines_there_and_back() -> Rate {
    let trips = scaled(2_000_000);
    let (there, back) = (Line(AtomicU64::new(0)), Line(AtomicU64::new(0)));
    let echo = || {
        for trip in 1..=trips {
            there.wait_for(trip);
            back.0.store(trip, Ordering::Release);
        }
    };
    thread::scope(|scope| {
        scope.spawn(echo);
        let started = Instant::now();
        for trip in 1..=trips {
            there.0.store(trip, Ordering::Release);
            back.wait_for(trip);
        }
        Ok(rate(trips, started))
    })
}

/// The lowest cost of a lock: one atomic step to take it and one to release it, which also shows
/// whether another thread waits.
pub fn take_and_give_back() -> Rate {
    let times = scaled(40_000_000);
    let word = AtomicU64::new(0);
    let started = Instant::now();
    for _ in 0..times {
        let taken = word.compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed);
        black_box(taken).expect("no other thread takes it");
        black_box(word.swap(0, Ordering::Release));
    }
    Ok(rate(times, started))
}

/// Threads that increment a number under std's own lock.
pub fn std_mutex(threads: u64, each: u64) -> Rate {
    let number = Mutex::new(0_u64);
    at_once(threads, scaled(each), || {
        *number.lock().expect("no thread panics") += 1;
    })
}

/// Two threads that increment a number, each time with one atomic step.
pub fn fetch_add_two() -> Rate {
    let number = AtomicU64::new(0);
    at_once(2, scaled(10_000_000), || {
        number.fetch_add(1, Ordering::Relaxed);
    })
}

fn at_once(threads: u64, each: u64, step: impl Fn() + Sync) -> Rate {
    let ready = Barrier::new(1 + usize::try_from(threads)?);
    let all_steps = || {
        ready.wait();
        (0..each).for_each(|_| step());
    };
    let mut started = Instant::now();
    thread::scope(|scope| {
        (0..threads).for_each(|_| {
            scope.spawn(all_steps);
        });
        ready.wait();
        started = Instant::now();
    });
    Ok(rate(threads * each, started))
}
