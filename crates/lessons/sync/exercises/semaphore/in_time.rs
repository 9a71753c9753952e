//! A wait with a limit, in a run in which time passes.

use std::sync::Arc;
use std::time::Duration;

use check::explored;
use explore::primitives::atomic::{AtomicUsize, Ordering::SeqCst};
use explore::{at, now, time_passes, together};
use sync::Semaphore;

use crate::stories::expect_left;

/// The limit that is tried in a run in which time passes.
const SHORT: Duration = Duration::from_millis(120);
/// No time passes besides that of waits, so a wait that knows its limit is over by then.
const OVER: Duration = Duration::from_millis(121);

/// A semaphore without permits, in a run in which time passes and waits are woken for nothing after
/// `step`.
fn in_passing_time(step: Duration) -> Arc<Semaphore> {
    time_passes(step);
    at(OVER, || {
        panic!("{SHORT:?} are over, and acquire_timeout({SHORT:?}) still waits")
    });
    Arc::new(Semaphore::named("permits", 0))
}

fn expect_given_up(semaphore: &Semaphore) {
    let got = semaphore.acquire_timeout(SHORT);
    assert!(
        !got,
        "there is no permit, and acquire_timeout({SHORT:?}) returns true"
    );
    let took = now();
    assert!(
        took >= SHORT,
        "acquire_timeout({SHORT:?}) gives up after {took:?}"
    );
}

/// A permit comes in the middle of the wait, and another thread may take it first: the limit is the same
/// then.
fn overtaken() {
    let semaphore = in_passing_time(SHORT / 7);
    let gives = Arc::clone(&semaphore);
    at(SHORT / 2, move || gives.release());
    let got = AtomicUsize::new(0);
    let wait = || {
        let has = semaphore.acquire_timeout(SHORT);
        got.fetch_add(usize::from(has), SeqCst);
        let took = now();
        assert!(
            has || took >= SHORT,
            "acquire_timeout({SHORT:?}) gives up after {took:?}"
        );
    };
    let steal = || {
        got.fetch_add(usize::from(semaphore.try_acquire()), SeqCst);
    };
    together(&[&wait, &steal]);
    expect_left(&semaphore, 1 - got.into_inner());
}

pub(crate) fn in_time() {
    explored(|| expect_given_up(&in_passing_time(10 * SHORT)));
    // A thread that is woken for nothing goes on to wait, up to the same limit.
    explored(|| expect_given_up(&in_passing_time(SHORT / 3)));
    explored(|| expect_given_up(&in_passing_time(SHORT / 7)));
    explored(|| {
        let semaphore = in_passing_time(SHORT / 7);
        let gives = Arc::clone(&semaphore);
        at(SHORT / 2, move || gives.release());
        let got = semaphore.acquire_timeout(SHORT);
        assert!(
            got,
            "a permit comes after {:?}, and acquire_timeout({SHORT:?}) returns false",
            SHORT / 2
        );
        expect_left(&semaphore, 0);
    });
    explored(overtaken);
    explored(|| {
        let semaphore = in_passing_time(SHORT / 7);
        semaphore.release();
        let got = semaphore.acquire_timeout(SHORT);
        assert!(
            got && now().is_zero(),
            "a permit is there, and acquire_timeout({SHORT:?}) returns {got} after {:?}",
            now()
        );
    });
}
