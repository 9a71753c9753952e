//! Threads at a lock, in every schedule.

use std::time::Duration;

use check::{Check, explored, explored_briefly, one_at_a_time};
use explore::primitives::scope;
use explore::{FIVE_YEARS, for_good, tell, time_jumps, together, wakes_for_nothing, without_sleep};
use sync::tiny::Lock;

/// The limit of each check: a body may never end.
const LIMIT: Duration = Duration::from_secs(20);

const fn check(name: &'static str, holds: &'static str, run: fn()) -> Check {
    Check::new(name, holds, run).within(LIMIT)
}

pub(crate) const CHECKS: [Check; 5] = [
    check("alone", "one thread can take it repeatedly", alone),
    check("inside", "at most one thread has it", inside),
    check("asleep", "no thread is left asleep", asleep),
    check("many", "all of this with more threads", many),
    check("two", "each of two locks has its own waiting threads", two),
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
    take_named("it", lock);
}

fn give(lock: &Lock) {
    give_named("it", lock);
}

fn take_named(name: &str, lock: &Lock) {
    tell!("wants {name}");
    for_good(|| lock.acquire());
    tell!("has {name}");
}

fn give_named(name: &str, lock: &Lock) {
    tell!("releases {name}");
    without_sleep(|| lock.release());
}

/// Lets `threads` threads take and release a lock, `times` times each. The first visit takes years: the
/// others have to wait all the same.
fn visits(threads: usize, times: usize) {
    let lock = Lock::default();
    let take_for_years = || {
        take(&lock);
        time_jumps(FIVE_YEARS);
    };
    one_at_a_time(threads, times, &|_| take_for_years(), &|_| give(&lock));
    take(&lock);
}

fn inside() {
    explored(|| visits(2, 1));
    explored(|| visits(2, 3));
    // Not every wake-up comes from a release.
    explored(|| {
        wakes_for_nothing(1);
        visits(2, 1);
    });
    explored_briefly(|| {
        wakes_for_nothing(300);
        visits(2, 1);
    });
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

fn two() {
    // A release of one lock must not wake a thread that waits for the other lock instead.
    explored(|| {
        let (a, b) = (Lock::default(), Lock::default());
        take_named("A", &a);
        take_named("B", &b);
        scope(|scope| {
            scope.spawn(|| take_named("A", &a));
            scope.spawn(|| take_named("B", &b));
            give_named("A", &a);
            give_named("B", &b);
        });
    });
    // A thread that waits for one lock must not keep a thread from waiting for the other one.
    explored(|| {
        let (a, b) = (Lock::default(), Lock::default());
        take_named("A", &a);
        take_named("B", &b);
        let first = || take_named("A", &a);
        let second = || {
            take_named("B", &b);
            give_named("A", &a);
        };
        together(&[&first, &second, &|| give_named("B", &b)]);
    });
}
