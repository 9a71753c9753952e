//! Threads at a semaphore, in every schedule.

use std::time::Duration;

use check::{Check, Inside, explored, explored_briefly, fault};
use explore::primitives::atomic::{AtomicUsize, Ordering::SeqCst};
use explore::{FIVE_YEARS, for_good, time_jumps, together, wakes_for_nothing, without_sleep};
use sync::{BoundedSemaphore, Semaphore};

use crate::{extreme, in_time};

/// The limit of each check: a body may never end.
const LIMIT: Duration = Duration::from_secs(20);
/// A limit that is never over in a story in which no time passes.
pub(crate) const LONG: Duration = Duration::from_secs(3600);

const fn check(name: &'static str, holds: &'static str, run: fn()) -> Check {
    Check::new(name, holds, run).within(LIMIT)
}

pub(crate) const CHECKS: [Check; 10] = [
    check("alone", "one thread gets each permit once", alone),
    check("most", "no more permits are released than allowed", most),
    check("one-step", "checking and taking are one step", one_step),
    check("inside", "never more threads inside than permits", inside),
    check(
        "together",
        "as many threads can be inside at once as there are permits",
        at_once,
    ),
    check(
        "woken",
        "each permit that is released wakes a waiting thread",
        woken,
    ),
    check(
        "taken",
        "a woken thread checks again: its permit may have been taken",
        taken,
    ),
    check(
        "two",
        "each of two semaphores has its own permits and its own waiting threads",
        extreme::two,
    ),
    check(
        "limit",
        "a wait with a limit gets a permit that comes before the limit",
        limit,
    ),
    check(
        "in-time",
        "a wait with a limit is over at its limit, and not before",
        in_time::in_time,
    ),
];

/// Takes all permits that are left, and returns their number. The last try finds none, and never waits.
fn left(semaphore: &Semaphore) -> usize {
    let try_it = || without_sleep(|| semaphore.try_acquire());
    (0..10).take_while(|_| try_it()).count()
}

pub(crate) fn expect_left(semaphore: &Semaphore, expected: usize) {
    let left = left(semaphore);
    assert!(
        left == expected,
        "at the end, {left} permits are left, but {expected} were expected"
    );
}

fn alone() {
    explored(|| {
        let semaphore = Semaphore::named("permits", 3);
        semaphore.acquire();
        assert!(
            semaphore.try_acquire(),
            "1 of 3 permits is taken, but try_acquire returned false"
        );
        assert!(
            semaphore.acquire_timeout(Duration::ZERO),
            "2 of 3 permits are taken, but acquire_timeout(0 s) returned false"
        );
        assert!(
            !semaphore.try_acquire(),
            "all 3 permits are taken, but try_acquire returned true"
        );
        assert!(
            !semaphore.acquire_timeout(Duration::ZERO),
            "all 3 permits are taken, but acquire_timeout(0 s) returned true"
        );
        expect_left(&semaphore, 0);
        // There may be more permits than at the beginning.
        (0..5).for_each(|_| semaphore.release());
        drop(semaphore.permit());
        expect_left(&semaphore, 5);
    });
}

fn most() {
    explored(|| {
        let semaphore = BoundedSemaphore::named("permits", 2);
        let too_many = "there are 2 permits of at most 2, but release added one more";
        assert!(semaphore.release().is_err(), "{too_many}");
        semaphore.acquire();
        semaphore.acquire();
        let [first, second, third] = [(); 3].map(|()| semaphore.release().is_ok());
        assert!(
            first && second,
            "2 permits were taken, but release refused one of them"
        );
        assert!(!third, "{too_many}");
        let got = (0..5).take_while(|_| semaphore.try_acquire()).count();
        assert!(got == 2, "there are 2 permits, but {got} could be taken");
    });
    extreme::most_permits();
    // Two releases at the same time, with room for one permit.
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
            "the only permit is taken, and two threads release one each: {errors} of them got an error"
        );
        assert!(semaphore.try_acquire() && !semaphore.try_acquire());
    });
}

/// Lets `threads` threads go in and out, `times` times each. The first visit takes years: a thread without a
/// permit has to wait all the same.
fn visit(permits: usize, threads: usize, times: usize) {
    let (semaphore, inside) = (Semaphore::named("permits", permits), Inside::default());
    let visit = || {
        for _ in 0..times {
            for_good(|| semaphore.acquire());
            time_jumps(FIVE_YEARS);
            inside.visit(permits);
            without_sleep(|| semaphore.release());
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
    // Not every wake-up comes from a release.
    explored(|| {
        wakes_for_nothing(1);
        visit(1, 2, 1);
    });
    explored_briefly(|| {
        wakes_for_nothing(300);
        visit(1, 2, 1);
    });
}

fn at_once() {
    explored(|| visit(2, 3, 1));
    explored(|| visit(3, 3, 1));
    let most = Inside::most_seen();
    if most != 3 {
        fault(format!(
            "There are 3 permits and 3 threads, but in every schedule at most {most} are inside at once."
        ));
    }
}

fn woken() {
    // The threads that take do not release; the permits may come one right after the other.
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
    // A release has to wake a waiting thread even if there is a permit already.
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
    extreme::twenty_threads();
}

/// A thread with a limit checks again, too.
fn taken_within_a_limit() {
    let (semaphore, inside) = (Semaphore::named("permits", 0), Inside::default());
    let wait = || {
        let got = semaphore.acquire_timeout(LONG);
        assert!(
            got,
            "less than an hour has passed, but acquire_timeout(1 h) returned false"
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
    explored(taken_within_a_limit);
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
        assert!(got == 1, "there is 1 permit, but {got} threads got it");
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
                "a permit came, but acquire_timeout(1 h) returned false before the hour was over"
            );
        };
        let give_two = || {
            semaphore.release();
            semaphore.release();
        };
        together(&[&wait, &wait, &give_two]);
        expect_left(&semaphore, 0);
    });
    extreme::longest_limits();
    // At its limit, a thread either has a permit or has none.
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
