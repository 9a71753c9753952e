//! Condition.

mod support;

use std::thread;
use std::time::{Duration, Instant};

use support::{A_LITTLE, LIMIT, elsewhere, within_limit};
use sync::{Condition, Lock, TimedOut};

#[derive(Default)]
struct Door {
    waiting: usize,
    tickets: usize,
    passed: usize,
}

/// Row S11.
#[test]
fn s11_of_five_that_wait_three_go_on_and_then_the_other_two() {
    within_limit(|| {
        let door = Lock::new(Door::default());
        let (opened, changed) = (Condition::new(), Condition::new());
        let wait_for = |holds: fn(&Door) -> bool| {
            changed
                .wait_until_timeout(door.lock(), LIMIT, holds)
                .unwrap()
        };
        thread::scope(|scope| {
            for _ in 0..5 {
                scope.spawn(|| {
                    let mut inside = door.lock();
                    inside.waiting += 1;
                    changed.notify_one();
                    inside = opened.wait_until(inside, |door| door.tickets > 0);
                    inside.tickets -= 1;
                    inside.passed += 1;
                    changed.notify_one();
                });
            }
            let mut outside = wait_for(|door| door.waiting == 5);
            outside.tickets = 3;
            opened.notify(3);
            drop(outside);
            drop(wait_for(|door| door.passed == 3));
            thread::sleep(A_LITTLE);
            let mut outside = door.lock();
            assert_eq!(outside.passed, 3);
            outside.tickets = 2;
            opened.notify_all();
            drop(outside);
            drop(wait_for(|door| door.passed == 5));
        });
    });
}

/// Row S12.
#[test]
fn s12_a_wait_that_times_out_has_the_lock_again() {
    let lock = Lock::new(7);
    let limit = Duration::from_millis(200);
    let condition = Condition::new();

    let since = Instant::now();
    let waited = condition.wait_until_timeout(lock.lock(), limit, |_| false);
    assert!(since.elapsed() >= limit);
    assert!(since.elapsed() < limit + LIMIT);
    let Err(TimedOut(guard)) = waited else {
        panic!("no thread notified");
    };
    assert_eq!(*guard, 7);
    assert!(!elsewhere(|| lock.try_lock().is_some()));
    drop(guard);
    assert!(elsewhere(|| lock.try_lock().is_some()));
}

/// Row S12, without a predicate: such a wait may also end early, but not by the time then.
#[test]
fn s12_a_bare_wait_reports_that_its_time_is_over() {
    let lock = Lock::new(());
    let condition = Condition::new();
    let since = Instant::now();
    let limit = Duration::from_millis(200);
    let mut guard = lock.lock();
    loop {
        let began = Instant::now();
        match condition.wait_timeout(guard, limit) {
            Ok(woken) => guard = woken,
            Err(TimedOut(_again)) => {
                assert!(began.elapsed() >= limit);
                break;
            }
        }
        assert!(since.elapsed() < LIMIT);
    }
}

/// The lock is free for others while a thread waits.
#[test]
fn s12_the_lock_is_free_during_the_wait() {
    within_limit(|| {
        let waiting = Lock::new(false);
        let condition = Condition::new();
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut guard = waiting.lock();
                *guard = true;
                drop(condition.wait_until(guard, |waiting| !waiting));
            });
            // The waiter holds the lock from before it sends "waiting" until it waits. So a thread
            // that has received the message gets the lock only because the wait released it.
            loop {
                let mut guard = waiting.lock();
                if *guard {
                    *guard = false;
                    condition.notify_one();
                    break;
                }
                drop(guard);
                thread::yield_now();
            }
        });
    });
}

/// Row S13.
#[test]
fn s13_a_wait_until_returns_when_it_is_true_and_not_before() {
    within_limit(|| {
        let counter = Lock::new(0);
        let changed = Condition::new();
        thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..4 {
                    *counter.lock() += 1;
                    changed.notify_one();
                }
            });
            let guard = changed.wait_until(counter.lock(), |&counter| counter == 4);
            assert_eq!(*guard, 4);
        });
    });
}

#[test]
fn s13_a_wait_until_does_not_wait_if_its_condition_holds() {
    let condition = Condition::new();
    let lock = Lock::new(4);
    let now = Duration::ZERO;
    assert!(
        condition
            .wait_until_timeout(lock.lock(), now, |&n| n == 4)
            .is_ok()
    );
    within_limit(move || drop(condition.wait_until(lock.lock(), |&n| n == 4)));
}

#[test]
fn s13_a_notify_of_any_number_wakes_all_that_wait_and_counts_no_further() {
    within_limit(|| {
        let (open, changed) = (Lock::new(false), Condition::new());
        changed.notify(usize::MAX);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| drop(changed.wait_until(open.lock(), |&open| open)));
            }
            thread::sleep(A_LITTLE);
            *open.lock() = true;
            changed.notify(usize::MAX);
        });
    });
}
