//! Barrier.

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use support::{A_LITTLE, within_limit};
use sync::{Barrier, BrokenBarrier, NoParties};

/// Row S15.
#[test]
fn s15_five_threads_pass_ten_times_and_none_is_a_round_ahead() {
    within_limit(|| {
        let barrier = Barrier::new(5).unwrap();
        let arrived = AtomicUsize::new(0);
        let leaders = [const { AtomicUsize::new(0) }; 10];
        thread::scope(|scope| {
            for _ in 0..5 {
                scope.spawn(|| {
                    for (round, leaders) in leaders.iter().enumerate() {
                        arrived.fetch_add(1, Ordering::SeqCst);
                        let place = barrier.wait().unwrap();
                        let so_far = arrived.load(Ordering::SeqCst);
                        // All threads of this round have arrived; this thread has not yet arrived
                        // in the next round.
                        assert!((5 * (round + 1)..5 * (round + 2)).contains(&so_far));
                        leaders.fetch_add(usize::from(place == 0), Ordering::SeqCst);
                    }
                });
            }
        });
        assert!(leaders.iter().all(|l| l.load(Ordering::SeqCst) == 1));
    });
}

/// Row S16.
#[test]
fn s16_an_abort_breaks_the_barrier_for_all() {
    within_limit(|| {
        let barrier = Barrier::new(5).unwrap();
        thread::scope(|scope| {
            let waiters: Vec<_> = (0..4).map(|_| scope.spawn(|| barrier.wait())).collect();
            thread::sleep(A_LITTLE);
            barrier.abort();
            for waiter in waiters {
                assert_eq!(waiter.join().unwrap(), Err(BrokenBarrier));
            }
        });
        assert!(barrier.is_broken());
        // A thread that comes later does not hang either.
        assert_eq!(barrier.wait(), Err(BrokenBarrier));
    });
}

/// Row S16.
#[test]
fn s16_a_limit_that_runs_out_breaks_the_barrier_for_all() {
    within_limit(|| {
        let barrier = Barrier::new(5).unwrap();
        let limit = Duration::from_millis(200);
        thread::scope(|scope| {
            let waiters: Vec<_> = (0..3).map(|_| scope.spawn(|| barrier.wait())).collect();
            let since = Instant::now();
            assert_eq!(barrier.wait_timeout(limit), Err(BrokenBarrier));
            assert!(since.elapsed() >= limit);
            for waiter in waiters {
                assert_eq!(waiter.join().unwrap(), Err(BrokenBarrier));
            }
        });
        assert!(barrier.is_broken());
    });
}

#[test]
fn a_barrier_of_one_never_waits_and_a_barrier_of_none_is_an_error() {
    let alone = Barrier::new(1).unwrap();
    assert_eq!(alone.wait(), Ok(0));
    assert_eq!(alone.wait_timeout(Duration::ZERO), Ok(0));
    assert_eq!(Barrier::new(0).err(), Some(NoParties));
}
