//! A wait with a limit, in a run in which time passes.

use std::sync::Arc;
use std::time::Duration;

use check::explored;
use explore::primitives::atomic::{AtomicUsize, Ordering::SeqCst};
use explore::{
    at, makes_progress, now, time_jumps, time_passes, together, wakes_late, without_sleep,
};
use sync::Semaphore;

use crate::extreme::{DAY, late_permits};
use crate::stories::{LONG, expect_left};

/// The limit for a run in which time passes. It is not a whole number of milliseconds: an answer that counts
/// in milliseconds may wait longer, but not shorter.
pub(crate) const SHORT: Duration = Duration::from_nanos(120_000_500);
/// A limit of less than a millisecond, or a microsecond, is not zero.
const TINY: Duration = Duration::from_nanos(700);
/// Only waits let time pass, so a wait that keeps its limit is over so soon after it.
const SOON: Duration = Duration::from_millis(2);

/// Returns a semaphore without permits, for a wait with this limit. In this run time passes, and a wait has a
/// spurious wake-up after each `step`.
fn in_passing_time(limit: Duration, step: Duration) -> Arc<Semaphore> {
    time_passes(step);
    at(limit + SOON, move || {
        panic!(
            "{limit:?} are over, but acquire_timeout({limit:?}) still waits: measure the limit by a clock, and not by \
             counting waits"
        )
    });
    Arc::new(Semaphore::named("permits", 0))
}

fn expect_given_up(semaphore: &Semaphore, limit: Duration) {
    let got = without_sleep(|| semaphore.acquire_timeout(limit));
    assert!(
        !got,
        "there is no permit, but acquire_timeout({limit:?}) returned true"
    );
    let took = now();
    assert!(
        took >= limit,
        "acquire_timeout({limit:?}) gave up after {took:?}"
    );
}

/// Most of the limit is over in a jump, so it may be waited for in slices.
fn gives_up_long_after(limit: Duration) {
    let semaphore = in_passing_time(limit, limit);
    at(SHORT, move || time_jumps(limit - Duration::from_secs(1)));
    expect_given_up(&semaphore, limit);
}

/// A limit of an hour has to be kept like any other limit. It may be waited for second by second.
fn an_hour() {
    time_passes(LONG);
    for minute in 1..60 {
        at(minute * Duration::from_secs(60), makes_progress);
    }
    expect_given_up(&Semaphore::named("permits", 0), LONG);
}

/// A notify wakes a thread that has a limit, and this thread goes on only after its limit. It may take the
/// permit or give up; but the notify is used up, so a thread that gives up has to wake the next one.
fn woken_too_late() {
    wakes_late();
    let semaphore = Semaphore::named("permits", 0);
    let wait_for_a_time = || {
        if semaphore.acquire_timeout(SHORT) {
            semaphore.release();
        }
    };
    let wait = || {
        semaphore.acquire();
        semaphore.release();
    };
    together(&[&wait_for_a_time, &wait, &|| semaphore.release()]);
    expect_left(&semaphore, 1);
}

/// Permits come in the middle of the wait, one after the other, and other threads may take each of them first:
/// then the limit stays the same.
fn overtaken(permits: u32) {
    let semaphore = in_passing_time(SHORT, SHORT / 7);
    // Those that come after the end of the wait are not given.
    let given = Arc::new(AtomicUsize::new(0));
    for nth in 1..=permits {
        let (gives, counts) = (Arc::clone(&semaphore), Arc::clone(&given));
        at(SHORT * nth / (permits + 1), move || {
            counts.fetch_add(1, SeqCst);
            gives.release();
        });
    }
    let got = AtomicUsize::new(0);
    let wait = || {
        let has = semaphore.acquire_timeout(SHORT);
        got.fetch_add(usize::from(has), SeqCst);
        let took = now();
        assert!(
            has || took >= SHORT,
            "acquire_timeout({SHORT:?}) gave up after {took:?}"
        );
    };
    let steal = || {
        got.fetch_add(usize::from(semaphore.try_acquire()), SeqCst);
    };
    let mut threads: Vec<&(dyn Fn() + Sync)> = vec![&wait];
    threads.resize(1 + permits as usize, &steal);
    together(&threads);
    expect_left(&semaphore, given.load(SeqCst) - got.into_inner());
}

pub(crate) fn in_time() {
    explored(|| expect_given_up(&in_passing_time(SHORT, 10 * SHORT), SHORT));
    explored(|| expect_given_up(&in_passing_time(TINY, SHORT), TINY));
    // A thread waits on after a spurious wake-up, up to the same limit.
    explored(|| expect_given_up(&in_passing_time(SHORT, SHORT / 3), SHORT));
    explored(|| expect_given_up(&in_passing_time(SHORT, SHORT / 7), SHORT));
    explored(|| expect_given_up(&in_passing_time(SHORT, SHORT / 50), SHORT));
    explored(|| {
        let semaphore = in_passing_time(SHORT, SHORT / 7);
        let gives = Arc::clone(&semaphore);
        at(SHORT / 2, move || gives.release());
        let got = semaphore.acquire_timeout(SHORT);
        assert!(
            got,
            "a permit came after {:?}, but acquire_timeout({SHORT:?}) returned false",
            SHORT / 2
        );
        expect_left(&semaphore, 0);
    });
    explored(|| overtaken(1));
    explored(|| overtaken(2));
    explored(an_hour);
    explored(|| gives_up_long_after(LONG + Duration::from_nanos(1)));
    explored(|| gives_up_long_after(20 * DAY));
    late_permits();
    explored(woken_too_late);
    explored(|| {
        let semaphore = in_passing_time(SHORT, SHORT / 7);
        semaphore.release();
        let got = semaphore.acquire_timeout(SHORT);
        assert!(
            got && now().is_zero(),
            "there was a permit, but acquire_timeout({SHORT:?}) returned {got} after {:?}",
            now()
        );
    });
}
