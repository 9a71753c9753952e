//! The locks of `src/tiny.rs`, in every schedule.

use explore::primitives::atomic::{AtomicU32, Ordering};
use sync::tiny::{Lock, RLock, Semaphore};

use super::{never_fails, never_fails_at_all, together};

/// Threads that are inside at the same time, and the most there were.
#[derive(Default)]
struct Inside(AtomicU32);

impl Inside {
    fn visit(&self, most: u32) {
        assert!(
            self.0.fetch_add(1, Ordering::SeqCst) < most,
            "too many inside"
        );
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Row S02: one at a time, and no thread is left asleep.
#[test]
fn s02_the_lock_of_one_file_lets_each_in_alone_in_any_schedule() {
    fn two_threads() {
        let (lock, inside) = (Lock::default(), Inside::default());
        let visit = || {
            lock.acquire();
            inside.visit(1);
            lock.release();
        };
        together(&[&visit, &visit]);
    }
    fn three_threads() {
        let (lock, inside) = (Lock::default(), Inside::default());
        let visit = || {
            for _ in 0..2 {
                lock.acquire();
                inside.visit(1);
                lock.release();
            }
        };
        together(&[&visit, &visit, &visit]);
    }
    never_fails_at_all(two_threads);
    never_fails(three_threads);
}

/// Row S14: never more than the permits, and no thread is left asleep.
#[test]
fn s14_the_semaphore_of_one_file_lets_two_in_in_any_schedule() {
    fn story() {
        let (places, inside) = (Semaphore::new(2), Inside::default());
        // Twice: a thread that comes again may be quicker than one that was woken.
        let visit = || {
            for _ in 0..2 {
                places.acquire();
                inside.visit(2);
                places.release();
            }
        };
        together(&[&visit, &visit, &visit]);
    }
    never_fails(story);
}

/// Row S07: the owner never waits for itself; the other gets it after the last release only.
#[test]
fn s07_the_rlock_of_one_file_is_free_after_the_last_release_in_any_schedule() {
    fn story() {
        let (lock, inside) = (RLock::default(), Inside::default());
        let visit = || {
            lock.acquire();
            lock.acquire();
            lock.release();
            inside.visit(1);
            lock.release();
        };
        together(&[&visit, &visit]);
    }
    never_fails(story);
}
