//! Threads at a semaphore, in every schedule.

use std::time::Duration;

use check::{Check, Inside, explored, fault};
use explore::primitives::atomic::{AtomicUsize, Ordering::SeqCst};
use explore::{for_good, together};
use sync::{BoundedSemaphore, Semaphore};

use crate::in_time;

/// A body that does not end takes a check with it.
const LIMIT: Duration = Duration::from_secs(20);
/// Where a story lets no time pass, this is never over.
pub(crate) const LONG: Duration = Duration::from_secs(3600);

const fn check(name: &'static str, holds: &'static str, run: fn()) -> Check {
    Check::new(name, holds, run).within(LIMIT)
}

pub(crate) const CHECKS: [Check; 9] = [
    check("alone", "one thread gets each permit once", alone),
    check("most", "no more are released than there may be", most),
    check("one-step", "to look and to take are one step", one_step),
    check("inside", "never more inside than permits", inside),
    check(
        "together",
        "as many can be inside at once as there are permits",
        at_once,
    ),
    check(
        "woken",
        "each permit that is released wakes a thread that waits",
        woken,
    ),
    check(
        "taken",
        "a woken thread looks again: its permit may be taken",
        taken,
    ),
    check(
        "limit",
        "a wait with a limit gets what comes before it",
        limit,
    ),
    check(
        "in-time",
        "a wait with a limit is over at its limit, and not before",
        in_time::in_time,
    ),
];

/// Takes what is left, and returns how many permits that was.
fn left(semaphore: &Semaphore) -> usize {
    (0..10).take_while(|_| semaphore.try_acquire()).count()
}

pub(crate) fn expect_left(semaphore: &Semaphore, expected: usize) {
    let left = left(semaphore);
    assert!(
        left == expected,
        "permits left at the end: {left}, expected: {expected}"
    );
}

fn alone() {
    explored(|| {
        let semaphore = Semaphore::named("permits", 3);
        semaphore.acquire();
        assert!(
            semaphore.try_acquire(),
            "of 3 permits 1 is taken, and try_acquire returns false"
        );
        assert!(
            semaphore.acquire_timeout(Duration::ZERO),
            "of 3 permits 2 are taken, and acquire_timeout returns false"
        );
        assert!(
            !semaphore.try_acquire(),
            "all 3 permits are taken, and try_acquire returns true"
        );
        assert!(
            !semaphore.acquire_timeout(Duration::ZERO),
            "all 3 permits are taken, and acquire_timeout(0 s) returns true"
        );
        expect_left(&semaphore, 0);
        // Also more than it began with.
        (0..5).for_each(|_| semaphore.release());
        drop(semaphore.permit());
        expect_left(&semaphore, 5);
    });
}

fn most() {
    explored(|| {
        let semaphore = BoundedSemaphore::named("permits", 2);
        let too_many = "2 permits are there of 2, and one more is released";
        assert!(semaphore.release().is_err(), "{too_many}");
        semaphore.acquire();
        semaphore.acquire();
        let [first, second, third] = [(); 3].map(|()| semaphore.release().is_ok());
        assert!(
            first && second,
            "2 permits are out, and release refuses them"
        );
        assert!(!third, "{too_many}");
        let got = (0..5).take_while(|_| semaphore.try_acquire()).count();
        assert!(got == 2, "2 permits are there, and {got} can be taken");
    });
    // Two releases at the same time, and room for one.
    explored(|| {
        let semaphore = BoundedSemaphore::named("permits", 1);
        semaphore.acquire();
        let errors = AtomicUsize::new(0);
        let release = || {
            errors.fetch_add(usize::from(semaphore.release().is_err()), SeqCst);
        };
        together(&[&release, &release]);
        let errors = errors.into_inner();
        assert!(
            errors == 1,
            "one permit is out and two threads release one: {errors} of them get an error"
        );
        assert!(semaphore.try_acquire() && !semaphore.try_acquire());
    });
}

/// `threads` threads go in and out, `times` each.
fn visit(permits: usize, threads: usize, times: usize) {
    let (semaphore, inside) = (Semaphore::named("permits", permits), Inside::default());
    let visit = || {
        for _ in 0..times {
            for_good(|| semaphore.acquire());
            inside.visit(permits);
            semaphore.release();
        }
    };
    let threads: Vec<&(dyn Fn() + Sync)> = (0..threads).map(|_| &visit as _).collect();
    together(&threads);
    expect_left(&semaphore, permits);
}

fn inside() {
    explored(|| visit(1, 2, 2));
    explored(|| visit(2, 3, 1));
    explored(|| visit(1, 3, 2));
}

fn at_once() {
    explored(|| visit(2, 3, 1));
    explored(|| visit(3, 3, 1));
    let most = Inside::most_seen();
    if most != 3 {
        fault(format!(
            "3 permits, 3 threads: in every schedule at most {most} are inside at the same time."
        ));
    }
}

fn woken() {
    // Those who take and those who give are others; the permits may come one right after the other.
    explored(|| {
        let semaphore = Semaphore::named("permits", 0);
        let give_two = || {
            semaphore.release();
            semaphore.release();
        };
        together(&[&|| semaphore.acquire(), &|| semaphore.acquire(), &give_two]);
        expect_left(&semaphore, 0);
    });
    explored(|| {
        let semaphore = Semaphore::named("permits", 0);
        let take = || semaphore.acquire();
        let give = || semaphore.release();
        together(&[&take, &take, &give, &give]);
        expect_left(&semaphore, 0);
    });
    // That a permit is there already is no reason to leave a waiter asleep.
    explored(|| {
        let semaphore = BoundedSemaphore::named("permits", 2);
        semaphore.acquire();
        semaphore.acquire();
        let give = || assert!(semaphore.release().is_ok());
        together(&[
            &|| semaphore.acquire(),
            &|| semaphore.acquire(),
            &give,
            &give,
        ]);
    });
}

fn taken() {
    explored(|| {
        let semaphore = Semaphore::named("permits", 1);
        let got = AtomicUsize::new(0);
        let try_it = || {
            got.fetch_add(usize::from(semaphore.try_acquire()), SeqCst);
        };
        let release = || semaphore.release();
        together(&[&try_it, &|| semaphore.acquire(), &release]);
        expect_left(&semaphore, 1 - got.into_inner());
    });
    explored(|| {
        let (semaphore, inside) = (Semaphore::named("permits", 0), Inside::default());
        let wait = || {
            semaphore.acquire();
            inside.visit(1);
            semaphore.release();
        };
        let steal = || {
            if semaphore.try_acquire() {
                inside.visit(1);
                semaphore.release();
            }
        };
        together(&[&wait, &wait, &steal, &|| semaphore.release()]);
        expect_left(&semaphore, 1);
    });
    explored(|| {
        let (semaphore, inside) = (Semaphore::named("permits", 0), Inside::default());
        let wait = || {
            let got = semaphore.acquire_timeout(LONG);
            assert!(
                got,
                "no hour has passed, and acquire_timeout(1 h) returns false"
            );
            inside.visit(1);
            semaphore.release();
        };
        let steal = || {
            if semaphore.try_acquire() {
                inside.visit(1);
                semaphore.release();
            }
        };
        together(&[&wait, &steal, &|| semaphore.release()]);
        expect_left(&semaphore, 1);
    });
}

fn one_step() {
    explored(|| {
        let semaphore = Semaphore::named("permits", 1);
        let got = AtomicUsize::new(0);
        let take = || {
            got.fetch_add(usize::from(semaphore.try_acquire()), SeqCst);
        };
        let take_in_time = || {
            let has = semaphore.acquire_timeout(Duration::ZERO);
            got.fetch_add(usize::from(has), SeqCst);
        };
        together(&[&take, &take, &take_in_time]);
        let got = got.into_inner();
        assert!(got == 1, "there is 1 permit, and {got} threads have it");
        expect_left(&semaphore, 0);
    });
}

fn limit() {
    explored(|| {
        let semaphore = Semaphore::named("permits", 0);
        let wait = || {
            let got = semaphore.acquire_timeout(LONG);
            assert!(
                got,
                "a permit comes, and acquire_timeout(1 h) returns false before the hour is over"
            );
        };
        let give_two = || {
            semaphore.release();
            semaphore.release();
        };
        together(&[&wait, &wait, &give_two]);
        expect_left(&semaphore, 0);
    });
    explored(|| {
        let semaphore = Semaphore::named("permits", 0);
        let wait = || {
            let got = semaphore.acquire_timeout(Duration::MAX);
            assert!(
                got,
                "a permit comes, and acquire_timeout(Duration::MAX) returns false"
            );
        };
        together(&[&wait, &|| semaphore.release()]);
        expect_left(&semaphore, 0);
    });
    // At its limit it has a permit or has none, and nothing between.
    explored(|| {
        let semaphore = Semaphore::named("permits", 0);
        let got = AtomicUsize::new(0);
        let wait = || {
            let has = semaphore.acquire_timeout(Duration::ZERO);
            got.fetch_add(usize::from(has), SeqCst);
        };
        together(&[&wait, &|| semaphore.release()]);
        expect_left(&semaphore, 1 - got.into_inner());
    });
}
