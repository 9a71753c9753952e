//! Lock and RLock, in every schedule.

use std::cell::Cell;

use explore::primitives::atomic::{AtomicBool, AtomicU32, Ordering};
use sync::{Lock, RLock, RawRLock, ReleaseError};

use super::{never_fails, never_fails_at_all, together};

/// Panics when two are inside at the same time.
#[derive(Default)]
struct Room(AtomicBool);

impl Room {
    fn visit(&self) {
        assert!(
            !self.0.swap(true, Ordering::SeqCst),
            "two threads are inside"
        );
        self.0.store(false, Ordering::SeqCst);
    }
}

/// Row S06, for a Lock.
#[test]
fn s06_no_update_is_lost_under_a_lock_in_any_schedule() {
    fn two_threads() {
        let number = Lock::new(0);
        let add_one = || *number.lock() += 1;
        together(&[&add_one, &add_one]);
        assert_eq!(number.into_inner(), 2);
    }
    fn three_threads() {
        let (number, room) = (Lock::new(0), Room::default());
        let add_two = || {
            for _ in 0..2 {
                let mut number = number.lock();
                room.visit();
                *number += 1;
            }
        };
        together(&[&add_two, &add_two, &add_two]);
        assert_eq!(number.into_inner(), 6);
    }
    never_fails_at_all(two_threads);
    never_fails(three_threads);
}

/// Row S01, for a Lock.
#[test]
fn s01_a_try_succeeds_for_one_at_a_time_in_any_schedule() {
    fn story() {
        let (lock, room, got) = (Lock::new(()), Room::default(), AtomicU32::new(0));
        let try_it = || {
            if let Some(_guard) = lock.try_lock() {
                room.visit();
                got.fetch_add(1, Ordering::SeqCst);
            }
        };
        together(&[&try_it, &try_it]);
        assert!(got.into_inner() >= 1, "it was free, and no thread got it");
        assert!(lock.try_lock().is_some());
    }
    never_fails_at_all(story);
}

/// Rows S06 and S07.
#[test]
fn s07_the_owner_of_an_rlock_comes_twice_and_no_thread_in_between_in_any_schedule() {
    fn two_threads() {
        let (number, room) = (RLock::new(Cell::new(0)), AtomicBool::new(false));
        let add_one = || {
            let outer = number.lock();
            assert!(!room.swap(true, Ordering::SeqCst), "two threads are inside");
            let inner = number.lock();
            inner.set(outer.get() + 1);
            drop(inner);
            assert!(
                room.swap(false, Ordering::SeqCst),
                "two threads were inside"
            );
        };
        together(&[&add_one, &add_one]);
        assert_eq!(number.into_inner().get(), 2);
    }
    fn three_threads() {
        let (number, room) = (RLock::new(Cell::new(0)), Room::default());
        let add_two = || {
            for _ in 0..2 {
                let outer = number.lock();
                let inner = number.lock();
                room.visit();
                inner.set(outer.get() + 1);
            }
        };
        together(&[&add_two, &add_two, &add_two]);
        assert_eq!(number.into_inner().get(), 6);
    }
    never_fails(two_threads);
    never_fails(three_threads);
}

/// Row S08.
#[test]
fn s08_a_try_of_an_rlock_succeeds_for_its_owner_only_in_any_schedule() {
    fn story() {
        let (lock, room) = (RLock::new(()), Room::default());
        let try_it = || {
            if let Some(_outer) = lock.try_lock() {
                assert!(lock.try_lock().is_some(), "the owner is sent away");
                room.visit();
            }
        };
        together(&[&try_it, &try_it]);
        assert!(lock.try_lock().is_some());
    }
    never_fails_at_all(story);
}

/// Row S09.
#[test]
fn s09_a_release_by_another_thread_changes_nothing_in_any_schedule() {
    fn story() {
        let (lock, room) = (RawRLock::named("mylock"), Room::default());
        let owner = || {
            lock.acquire();
            room.visit();
            assert_eq!(lock.release(), Ok(()));
        };
        let meddler = || {
            let held = ReleaseError::HeldByAnother("mylock".to_owned());
            let not_held = ReleaseError::NotHeld("mylock".to_owned());
            let error = lock.release().unwrap_err();
            assert!(error == held || error == not_held);
        };
        together(&[&owner, &owner, &meddler]);
        assert_eq!(
            lock.release(),
            Err(ReleaseError::NotHeld("mylock".to_owned()))
        );
    }
    never_fails(story);
}
