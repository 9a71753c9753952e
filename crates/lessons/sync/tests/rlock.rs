//! RLock, with guards and by hand.

mod support;

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;

use support::{A_LITTLE, LIMIT, assert_waits_out, elsewhere, within_limit};
use sync::{RLock, RawRLock, ReleaseError};

/// Row S01, for an RLock.
#[test]
fn s01_a_try_elsewhere_fails_and_succeeds_after_the_release() {
    let lock = RLock::new(());
    let held = lock.lock();
    assert!(!elsewhere(|| lock.try_lock().is_some()));
    drop(held);
    assert!(elsewhere(|| lock.try_lock().is_some()));
}

/// Row S02, for an RLock.
#[test]
fn s02_of_five_that_want_it_none_gets_through_before_the_release_and_all_after() {
    within_limit(|| {
        let passed = RLock::new(Cell::new(0));
        let (at_the_door, arrivals) = mpsc::channel();
        thread::scope(|scope| {
            let held = passed.lock();
            for _ in 0..5 {
                let (passed, at_the_door) = (&passed, at_the_door.clone());
                scope.spawn(move || {
                    at_the_door.send(()).unwrap();
                    let passed = passed.lock();
                    passed.set(passed.get() + 1);
                });
            }
            for _ in 0..5 {
                arrivals.recv_timeout(LIMIT).unwrap();
            }
            thread::sleep(A_LITTLE);
            assert_eq!(held.get(), 0);
        });
        assert_eq!(passed.into_inner().get(), 5);
    });
}

/// Rows S03, X22.
#[test]
fn s03_a_panic_in_two_guards_frees_the_lock() {
    let lock = RLock::new(RefCell::new(vec![1]));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let outer = lock.lock();
        let _inner = lock.lock();
        outer.borrow_mut().push(2);
        panic!("in the guard");
    }));
    assert!(panicked.is_err());
    let free = elsewhere(|| lock.lock_timeout(LIMIT).map(|list| list.borrow().clone()));
    assert_eq!(free, Some(vec![1, 2]));
}

/// Row S05, for an RLock.
#[test]
fn s05_a_limit_is_waited_out_when_the_lock_is_held_and_not_when_it_is_free() {
    let lock = RLock::new(());
    assert_waits_out(|| lock.lock(), |limit| lock.lock_timeout(limit).is_some());
    assert!(lock.try_lock().is_some());
}

/// Row S05: those that ran out of time do not take others' wakes with them.
#[test]
fn s05_a_wait_without_a_limit_gets_it_though_others_gave_up() {
    within_limit(|| {
        let lock = RLock::new(());
        thread::scope(|scope| {
            let held = lock.lock();
            let patient: Vec<_> = (0..3).map(|_| scope.spawn(|| drop(lock.lock()))).collect();
            let hasty = scope.spawn(|| lock.lock_timeout(A_LITTLE).is_some());
            assert!(!hasty.join().unwrap());
            drop(held);
            for thread in patient {
                thread.join().unwrap();
            }
        });
    });
}

/// Row S06, for an RLock, taken twice each time.
#[test]
fn s06_six_threads_add_a_thousand_each() {
    within_limit(|| {
        let number = RLock::new(Cell::new(0));
        let add = || {
            for _ in 0..1000 {
                let outer = number.lock();
                let inner = number.lock();
                inner.set(outer.get() + 1);
            }
        };
        thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(add);
            }
        });
        assert_eq!(number.into_inner().get(), 6000);
    });
}

/// Row S07.
#[test]
fn s07_the_owner_takes_it_three_times_and_another_gets_it_only_after_the_third_release() {
    within_limit(|| {
        let lock = RLock::new(());
        let (sender, receiver) = mpsc::channel();
        thread::scope(|scope| {
            let mut guards: Vec<_> = (0..3).map(|_| lock.lock()).collect();
            scope.spawn(|| {
                let _mine = lock.lock();
                sender.send(()).unwrap();
            });
            while guards.len() > 1 {
                guards.pop();
                assert!(!elsewhere(|| lock.try_lock().is_some()));
            }
            assert!(receiver.recv_timeout(A_LITTLE).is_err());
            guards.pop();
            receiver.recv_timeout(LIMIT).unwrap();
        });
        // And it is whole again.
        assert!(lock.try_lock().is_some());
    });
}

/// Row S07: guards may be dropped in any order.
#[test]
fn s07_the_outer_guard_may_go_first() {
    let lock = RLock::new(());
    let outer = lock.lock();
    let inner = lock.lock();
    drop(outer);
    assert!(!elsewhere(|| lock.try_lock().is_some()));
    drop(inner);
    assert!(elsewhere(|| lock.try_lock().is_some()));
}

/// Row S08.
#[test]
fn s08_the_owner_may_try_and_another_thread_may_not() {
    let lock = RLock::new(());
    let _held = lock.lock();
    assert!(lock.try_lock().is_some());
    assert!(lock.lock_timeout(LIMIT).is_some());
    assert!(!elsewhere(|| lock.try_lock().is_some()));
}

/// Row S09.
#[test]
fn s09_to_release_a_free_lock_is_an_error() {
    let lock = RawRLock::named("mylock");
    let not_held = ReleaseError::NotHeld("mylock".to_owned());
    assert_eq!(lock.release(), Err(not_held.clone()));
    assert!(not_held.to_string().contains("mylock"));
    // The state is unchanged: one acquire, one release, and then it is free.
    lock.acquire();
    assert!(!elsewhere(|| lock.try_acquire()));
    assert_eq!(lock.release(), Ok(()));
    assert_eq!(lock.release(), Err(not_held));
    assert!(elsewhere(|| lock.try_acquire()));
}

/// Rows S09, X23.
#[test]
fn s09_to_release_a_lock_of_another_thread_is_an_error() {
    let lock = RawRLock::named("mylock");
    lock.acquire();
    let error = elsewhere(|| lock.release());
    assert_eq!(error, Err(ReleaseError::HeldByAnother("mylock".to_owned())));
    assert!(!elsewhere(|| lock.try_acquire()));
    assert_eq!(lock.release(), Ok(()));
}

/// Rows S07 and S09 together: by hand it has to be released as often as it was acquired.
#[test]
fn s09_by_hand_it_is_free_after_as_many_releases() {
    let lock = RawRLock::new();
    lock.acquire();
    assert!(lock.try_acquire());
    assert!(lock.acquire_timeout(LIMIT));
    for _ in 0..2 {
        lock.release().unwrap();
        assert!(!elsewhere(|| lock.try_acquire()));
    }
    lock.release().unwrap();
    assert!(elsewhere(|| lock.try_acquire()));
}

/// B35: a new thread cannot be mistaken for the owner that is gone.
#[test]
fn a_lock_whose_owner_has_ended_stays_held() {
    let lock = RawRLock::new();
    elsewhere(|| lock.acquire());
    for _ in 0..20 {
        assert!(!elsewhere(|| lock.try_acquire()));
    }
}

/// A debug text is made without the lock, so it may not look at the value.
#[test]
fn the_debug_text_does_not_show_the_value() {
    let lock = RLock::new(Cell::new(4711));
    assert!(!format!("{lock:?}").contains("4711"));
}
