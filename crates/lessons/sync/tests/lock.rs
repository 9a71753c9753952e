//! Lock.

mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use support::{A_LITTLE, LIMIT, assert_waits_out, elsewhere, within_limit};
use sync::Lock;

/// Row S01.
#[test]
fn s01_a_try_elsewhere_fails_at_once_and_succeeds_after_the_release() {
    let lock = Lock::new(());
    let held = lock.lock();
    let since = Instant::now();
    assert!(!elsewhere(|| lock.try_lock().is_some()));
    assert!(since.elapsed() < LIMIT);
    drop(held);
    assert!(elsewhere(|| lock.try_lock().is_some()));
}

/// Row S02.
#[test]
fn s02_of_five_that_want_a_held_lock_none_gets_through_before_the_release_and_all_after() {
    within_limit(|| {
        let passed = Lock::new(0);
        let (at_the_door, arrivals) = mpsc::channel();
        thread::scope(|scope| {
            let held = passed.lock();
            for _ in 0..5 {
                let (passed, at_the_door) = (&passed, at_the_door.clone());
                scope.spawn(move || {
                    at_the_door.send(()).unwrap();
                    *passed.lock() += 1;
                });
            }
            for _ in 0..5 {
                arrivals.recv_timeout(LIMIT).unwrap();
            }
            thread::sleep(A_LITTLE);
            assert_eq!(*held, 0);
        });
        assert_eq!(passed.into_inner(), 5);
    });
}

/// Rows S03, X22.
#[test]
fn s03_the_lock_is_free_after_a_return_an_error_and_a_panic() {
    fn leave_by_return(lock: &Lock<u32>) -> u32 {
        let guard = lock.lock();
        *guard
    }
    fn leave_by_error(lock: &Lock<u32>) -> Result<u32, std::num::ParseIntError> {
        let guard = lock.lock();
        let number: u32 = "four".parse()?;
        Ok(*guard + number)
    }
    let lock = Lock::new(0);
    let is_free = || elsewhere(|| lock.lock_timeout(LIMIT).is_some());

    leave_by_return(&lock);
    assert!(is_free());
    leave_by_error(&lock).unwrap_err();
    assert!(is_free());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let mut guard = lock.lock();
        *guard = 1;
        panic!("in the guard");
    }));
    assert!(panicked.is_err());
    assert!(is_free());
    // No poison: each way to take it returns the value as the panic left it.
    assert_eq!(*lock.lock(), 1);
    assert_eq!(lock.try_lock().as_deref(), Some(&1));
    assert_eq!(lock.into_inner(), 1);
}

/// Row S04.
#[test]
fn s04_a_second_try_in_the_same_thread_fails() {
    let lock = Lock::new(());
    let held = lock.lock();
    assert!(lock.try_lock().is_none());
    drop(held);
    assert!(lock.try_lock().is_some());
}

/// Row S05.
#[test]
fn s05_a_limit_is_waited_out_when_the_lock_is_held_and_not_when_it_is_free() {
    let lock = Lock::new(());
    assert_waits_out(|| lock.lock(), |limit| lock.lock_timeout(limit).is_some());
    assert!(lock.try_lock().is_some());
}

/// Row S05: the lock comes free before the limit.
#[test]
fn s05_a_wait_with_a_limit_gets_the_lock_when_it_is_released() {
    let lock = Lock::new(());
    thread::scope(|scope| {
        let held = lock.lock();
        let waiter = scope.spawn(|| lock.lock_timeout(LIMIT).is_some());
        thread::sleep(A_LITTLE);
        drop(held);
        assert!(waiter.join().unwrap());
    });
}

/// Row S06.
#[test]
fn s06_six_threads_add_a_thousand_each() {
    within_limit(|| {
        let number = Lock::new(0);
        thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| (0..1000).for_each(|_| *number.lock() += 1));
            }
        });
        assert_eq!(number.into_inner(), 6000);
    });
}
