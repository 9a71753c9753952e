//! A wait with a limit, in a run in which time passes.

use std::sync::Arc;
use std::time::Duration;

use check::explored;
use explore::{at, now, time_passes};
use sync::Semaphore;

use crate::stories::expect_left;

/// The limit that is tried in a run in which time passes.
const SHORT: Duration = Duration::from_millis(120);

/// A semaphore without permits, in a run in which time passes and waits are woken for nothing after
/// `step`.
fn in_passing_time(step: Duration) -> Arc<Semaphore> {
    time_passes(step);
    at(10 * SHORT, || {
        panic!("{SHORT:?} are long over, and acquire_timeout({SHORT:?}) still waits")
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
