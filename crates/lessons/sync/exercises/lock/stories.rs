//! Threads at a lock, in every schedule.

use std::time::Duration;

use check::{Check, explored, one_at_a_time};
use explore::{for_good, tell, together};
use sync::tiny::Lock;

/// The limit of each check: a body may never end.
const LIMIT: Duration = Duration::from_secs(20);

const fn check(name: &'static str, holds: &'static str, run: fn()) -> Check {
    Check::new(name, holds, run).within(LIMIT)
}

pub(crate) const CHECKS: [Check; 4] = [
    check("alone", "one thread can take it repeatedly", alone),
    check("inside", "at most one thread has it", inside),
    check("asleep", "no thread is left asleep", asleep),
    check("many", "all of this with more threads", many),
];

fn alone() {
    explored(|| {
        let lock = Lock::default();
        for _ in 0..3 {
            take(&lock);
            give(&lock);
        }
        // Then another thread takes it.
        together(&[&|| take(&lock)]);
    });
}

// The lock itself records nothing, so the story does.

fn take(lock: &Lock) {
    tell!("wants it");
    for_good(|| lock.acquire());
    tell!("has it");
}

fn give(lock: &Lock) {
    tell!("releases it");
    lock.release();
}

/// Lets `threads` threads take and release a lock, `times` times each.
fn visits(threads: usize, times: usize) {
    let lock = Lock::default();
    one_at_a_time(threads, times, &|_| take(&lock), &|_| give(&lock));
    take(&lock);
}

fn inside() {
    explored(|| visits(2, 1));
    explored(|| visits(2, 3));
}

fn asleep() {
    // The lock is taken before the threads come, and is released once: they get it one after another.
    fn a_row(threads: usize) {
        let lock = Lock::default();
        take(&lock);
        let next = || {
            take(&lock);
            give(&lock);
        };
        let first = || give(&lock);
        let mut all: Vec<&(dyn Fn() + Sync)> = vec![&next; threads];
        all.push(&first);
        together(&all);
        take(&lock);
    }
    explored(|| a_row(1));
    explored(|| a_row(2));
    explored(|| a_row(3));
}

fn many() {
    explored(|| visits(3, 2));
    explored(|| visits(4, 1));
}
