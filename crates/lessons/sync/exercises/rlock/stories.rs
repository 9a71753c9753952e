//! Threads at a re-entrant lock, in every schedule.

use std::time::Duration;

use check::{Check, Inside, explored, explored_briefly, one_at_a_time};
use explore::primitives::scope;
use explore::{
    FIVE_YEARS, for_good, makes_progress, panics, tell, time_jumps, together, wakes_for_nothing,
    without_sleep,
};
use sync::tiny::RLock;

/// The limit of each check: a body may never end.
const LIMIT: Duration = Duration::from_secs(20);

const fn check(name: &'static str, holds: &'static str, run: fn()) -> Check {
    Check::new(name, holds, run).within(LIMIT)
}

pub(crate) const CHECKS: [Check; 6] = [
    check("alone", "its owner can take it repeatedly", alone),
    check("inside", "at most one thread has it", inside),
    check("last", "it is free only after the last release", last),
    check("again", "it can then be taken again", again),
    check(
        "two",
        "each of two locks has its own owner and its own waiting threads",
        two,
    ),
    check(
        "not-its",
        "a thread that does not have it cannot release it, and changes nothing",
        not_its,
    ),
];

// The lock itself records nothing, so the story does.

fn acquire(lock: &RLock, times: usize) {
    (0..times).for_each(|_| acquire_named("it", lock));
}

fn release(lock: &RLock, times: usize) {
    (0..times).for_each(|_| release_named("it", lock));
}

fn acquire_named(name: &str, lock: &RLock) {
    tell!("wants {name}");
    for_good(|| lock.acquire());
    tell!("has {name}");
}

fn release_named(name: &str, lock: &RLock) {
    tell!("releases {name}");
    without_sleep(|| lock.release());
}

/// Checks that no thread has the lock: another thread can take it.
fn expect_free(lock: &RLock) {
    together(&[&|| {
        acquire(lock, 1);
        release(lock, 1);
    }]);
}

fn alone() {
    fn as_deep_as(depth: usize) {
        let lock = RLock::default();
        for _ in 0..2 {
            for _ in 0..depth {
                acquire(&lock, 1);
                makes_progress();
            }
            for _ in 0..depth {
                release(&lock, 1);
                makes_progress();
            }
        }
        expect_free(&lock);
    }
    explored(|| as_deep_as(1));
    explored(|| as_deep_as(2));
    explored(|| as_deep_as(5));
    explored_briefly(|| as_deep_as(300));
}

/// Takes the lock `depth` times, and releases it as often.
fn visit(lock: &RLock, inside: &Inside, depth: usize) {
    acquire(lock, depth);
    inside.visit(1);
    release(lock, depth);
}

/// Runs one thread for each of these depths, all at the same time. The first visit takes years: the others
/// have to wait all the same.
fn visits(depths: &[usize], times: usize) {
    let lock = RLock::default();
    let take = |thread: usize| {
        acquire(&lock, depths[thread]);
        time_jumps(FIVE_YEARS);
    };
    let give = |thread: usize| release(&lock, depths[thread]);
    one_at_a_time(depths.len(), times, &take, &give);
    expect_free(&lock);
}

fn inside() {
    explored(|| visits(&[1, 1], 2));
    explored(|| visits(&[1, 1, 1], 2));
    explored(|| visits(&[2, 1, 3], 1));
    // Not every wake-up comes from a release.
    explored(|| {
        wakes_for_nothing(1);
        visits(&[1, 1], 1);
    });
    explored_briefly(|| {
        wakes_for_nothing(300);
        visits(&[1, 1], 1);
    });
}

fn last() {
    // After each release but the last, no other thread may be inside.
    fn step_by_step(others: usize) {
        let (lock, inside) = (RLock::default(), Inside::default());
        let deep = || {
            acquire(&lock, 3);
            for _ in 0..2 {
                release(&lock, 1);
                inside.visit(1);
            }
            // From there, take it once more.
            acquire(&lock, 1);
            release(&lock, 1);
            inside.visit(1);
            release(&lock, 1);
        };
        let flat = || visit(&lock, &inside, 1);
        let mut threads: Vec<&(dyn Fn() + Sync)> = vec![&deep];
        threads.extend((0..others).map(|_| &flat as &(dyn Fn() + Sync)));
        together(&threads);
        expect_free(&lock);
    }
    explored(|| step_by_step(1));
    explored(|| step_by_step(2));
}

fn again() {
    explored(|| visits(&[2, 2], 2));
    explored(|| visits(&[2, 1, 2], 2));
}

/// A new lock is free, also where there was another one before, which was never released.
fn in_the_place_of_another() {
    let mut lock = RLock::default();
    acquire_named("the lock before", &lock);
    lock = RLock::default();
    let inside = Inside::default();
    scope(|scope| {
        scope.spawn(|| visit(&lock, &inside, 1));
        visit(&lock, &inside, 1);
    });
}

/// The owner of one lock waits for the other one like any other thread.
fn one_after_the_other() {
    let (a, b, inside) = (RLock::default(), RLock::default(), Inside::default());
    let visit_b = || {
        acquire_named("B", &b);
        inside.visit(1);
        release_named("B", &b);
    };
    let has_a = || {
        acquire_named("A", &a);
        visit_b();
        release_named("A", &a);
    };
    together(&[&has_a, &visit_b]);
    expect_free(&a);
    expect_free(&b);
}

fn two() {
    explored(one_after_the_other);
    explored(in_the_place_of_another);
    // A release of one lock must not wake a thread that waits for the other lock instead.
    explored(|| {
        let (a, b) = (RLock::default(), RLock::default());
        acquire_named("A", &a);
        acquire_named("B", &b);
        scope(|scope| {
            scope.spawn(|| acquire_named("A", &a));
            scope.spawn(|| acquire_named("B", &b));
            release_named("A", &a);
            release_named("B", &b);
        });
    });
    // A thread that waits for one lock must not keep a thread from waiting for the other one.
    explored(|| {
        let (a, b) = (RLock::default(), RLock::default());
        acquire_named("A", &a);
        scope(|scope| {
            scope.spawn(|| acquire_named("A", &a));
            scope.spawn(|| {
                acquire_named("B", &b);
                release_named("B", &b);
            });
            // Only when this thread has had B, A is released.
            acquire_named("B", &b);
            release_named("B", &b);
            release_named("A", &a);
        });
    });
}

/// A thread that has one lock may not release another one.
fn has_another_lock() {
    let [a, b] = [(); 2].map(|()| RLock::default());
    acquire_named("B", &b);
    assert!(
        panics(|| a.release()),
        "lock A is free, but in a thread that has lock B its `release` does not panic"
    );
    release_named("B", &b);
    acquire_named("A", &a);
    let meddle = || {
        acquire_named("B", &b);
        assert!(
            panics(|| a.release()),
            "another thread has lock A, but in a thread that has lock B its `release` does not panic"
        );
        release_named("B", &b);
    };
    together(&[&meddle]);
    release_named("A", &a);
    expect_free(&a);
    expect_free(&b);
}

fn not_its() {
    explored(|| {
        let lock = RLock::default();
        let release = || panics(|| lock.release());
        assert!(release(), "the lock is free, but `release` does not panic");
        expect_free(&lock);
        acquire(&lock, 2);
        let meddle = || {
            assert!(
                release(),
                "another thread has the lock, but `release` does not panic"
            )
        };
        together(&[&meddle]);
        for time in ["first", "second"] {
            assert!(
                !release(),
                "the owner took the lock twice, another thread tried to release it, and now the \
                 owner's {time} release panics"
            );
        }
        assert!(
            release(),
            "the lock was released as often as it was taken, but one more release does not panic"
        );
        expect_free(&lock);
    });
    explored(has_another_lock);
    // A thread that never takes the lock tries it while another one takes and releases it.
    explored(|| {
        let (lock, inside) = (RLock::default(), Inside::default());
        let meddle = || {
            // This thread never has the lock.
            assert!(
                panics(|| lock.release()),
                "a thread that never took the lock could release it"
            );
        };
        let visit = || visit(&lock, &inside, 2);
        together(&[&visit, &meddle]);
        expect_free(&lock);
    });
}
