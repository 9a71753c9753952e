//! Semaphore and BoundedSemaphore.

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use support::{A_LITTLE, LIMIT, within_limit};
use sync::{BoundedSemaphore, Full, Semaphore};

/// Row S14.
#[test]
fn s14_a_semaphore_of_two_gives_two_permits() {
    let semaphore = Semaphore::new(2);
    let tries = [(); 3].map(|()| semaphore.try_acquire());
    assert_eq!(tries, [true, true, false]);
    semaphore.release();
    assert!(semaphore.try_acquire());
}

/// Row S14.
#[test]
fn s14_a_plain_semaphore_grows() {
    let semaphore = Semaphore::new(2);
    semaphore.release();
    let tries = [(); 4].map(|()| semaphore.try_acquire());
    assert_eq!(tries, [true, true, true, false]);
}

/// Row S14.
#[test]
fn s14_a_bounded_semaphore_finds_a_release_too_many() {
    let semaphore = BoundedSemaphore::named("seats", 1);
    let full = Full {
        semaphore: "seats".to_owned(),
        most: 1,
    };
    assert_eq!(semaphore.release(), Err(full.clone()));
    assert!(full.to_string().contains("seats"));
    semaphore.acquire();
    assert!(!semaphore.try_acquire());
    assert!(!semaphore.acquire_timeout(A_LITTLE));
    assert_eq!(semaphore.release(), Ok(()));
    assert_eq!(semaphore.release(), Err(full));
    assert!(semaphore.try_acquire());
}

#[test]
fn a_limit_is_waited_out_when_there_is_no_permit() {
    let semaphore = Semaphore::new(0);
    let limit = Duration::from_millis(200);
    let since = Instant::now();
    assert!(!semaphore.acquire_timeout(limit));
    assert!(since.elapsed() >= limit);
    semaphore.release();
    assert!(semaphore.acquire_timeout(LIMIT));
}

#[test]
fn a_release_wakes_one_that_waits() {
    within_limit(|| {
        let semaphore = Semaphore::new(0);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| semaphore.acquire());
            }
            thread::sleep(A_LITTLE);
            for _ in 0..3 {
                semaphore.release();
            }
        });
        assert!(!semaphore.try_acquire());
    });
}

#[test]
fn a_permit_comes_back_when_its_holder_panics() {
    let semaphore = Semaphore::new(1);
    let panicked = thread::scope(|scope| {
        let holder = scope.spawn(|| {
            let _permit = semaphore.permit();
            panic!("with the permit");
        });
        holder.join()
    });
    assert!(panicked.is_err());
    assert!(semaphore.try_acquire());
}

/// Row T11.
#[test]
fn t11_of_ten_threads_never_more_than_three_are_inside() {
    within_limit(|| {
        let semaphore = Semaphore::new(3);
        let [inside, most] = [AtomicUsize::new(0), AtomicUsize::new(0)];
        thread::scope(|scope| {
            for _ in 0..10 {
                scope.spawn(|| {
                    let _permit = semaphore.permit();
                    let now = inside.fetch_add(1, Ordering::SeqCst) + 1;
                    most.fetch_max(now, Ordering::SeqCst);
                    // Time for a fourth thread to come in, if the semaphore let it.
                    thread::sleep(Duration::from_millis(10));
                    inside.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        assert!(most.into_inner() <= 3);
        assert_eq!(inside.into_inner(), 0);
    });
}
