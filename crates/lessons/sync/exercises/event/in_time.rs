//! A wait with a limit, in a run in which time passes.

use std::sync::Arc;
use std::time::Duration;

use check::explored;
use explore::{
    at, makes_progress, now, time_jumps, time_passes, together, wakes_late, without_sleep,
};
use sync::Event;

use crate::extreme::{DAY, late_sets};
use crate::stories::LONG;

/// The limit for a run in which time passes. It is not a whole number of milliseconds: an answer that counts
/// in milliseconds may wait longer, but not shorter.
pub(crate) const SHORT: Duration = Duration::from_nanos(120_000_500);
/// A limit of less than a millisecond, or a microsecond, is not zero.
const TINY: Duration = Duration::from_nanos(700);
/// Only waits let time pass, so a wait that keeps its limit is over so soon after it.
const SOON: Duration = Duration::from_millis(2);

/// Returns an event that is not set, for a wait with this limit. In this run time passes, and a wait has a
/// spurious wake-up after each `step`.
fn in_passing_time(limit: Duration, step: Duration) -> Arc<Event> {
    time_passes(step);
    at(limit + SOON, move || {
        panic!(
            "{limit:?} are over, but wait_timeout({limit:?}) still waits: measure the limit by a clock, and not by \
             counting waits"
        )
    });
    Arc::new(Event::named("event"))
}

fn expect_given_up(event: &Event, limit: Duration) {
    let is_set = without_sleep(|| event.wait_timeout(limit));
    assert!(
        !is_set,
        "the event is not set, but wait_timeout({limit:?}) returned true"
    );
    let took = now();
    assert!(
        took >= limit,
        "wait_timeout({limit:?}) gave up after {took:?}"
    );
}

/// Most of the limit is over in a jump, so it may be waited for in slices.
fn gives_up_long_after(limit: Duration) {
    let event = in_passing_time(limit, limit);
    at(SHORT, move || time_jumps(limit - Duration::from_secs(1)));
    expect_given_up(&event, limit);
}

/// A limit of an hour has to be kept like any other limit. It may be waited for second by second.
fn an_hour() {
    time_passes(LONG);
    for minute in 1..60 {
        at(minute * Duration::from_secs(60), makes_progress);
    }
    expect_given_up(&Event::named("event"), LONG);
}

/// The event is set before the limit, but the waiting thread is woken only after it.
fn woken_too_late() {
    wakes_late();
    let event = Event::named("event");
    let wait = || {
        assert!(
            event.wait_timeout(SHORT),
            "the event was set before {SHORT:?} were over, the waiting thread was woken later, and \
             wait_timeout({SHORT:?}) returned false"
        );
    };
    together(&[&wait, &|| event.set()]);
}

pub(crate) fn in_time() {
    explored(|| expect_given_up(&in_passing_time(SHORT, 10 * SHORT), SHORT));
    explored(|| expect_given_up(&in_passing_time(TINY, SHORT), TINY));
    // A thread waits on after a spurious wake-up, up to the same limit.
    explored(|| expect_given_up(&in_passing_time(SHORT, SHORT / 3), SHORT));
    explored(|| expect_given_up(&in_passing_time(SHORT, SHORT / 7), SHORT));
    explored(|| expect_given_up(&in_passing_time(SHORT, SHORT / 50), SHORT));
    explored(|| {
        let event = in_passing_time(SHORT, SHORT / 7);
        let sets = Arc::clone(&event);
        at(SHORT / 2, move || {
            sets.set();
            sets.clear();
        });
        assert!(
            event.wait_timeout(SHORT),
            "the event was set after {:?}, but wait_timeout({SHORT:?}) returned false",
            SHORT / 2
        );
    });
    explored(|| {
        let event = in_passing_time(SHORT, SHORT / 7);
        event.set();
        let is_set = event.wait_timeout(SHORT);
        assert!(
            is_set && now().is_zero(),
            "the event is set, but wait_timeout({SHORT:?}) returned {is_set} after {:?}",
            now()
        );
    });
    explored(an_hour);
    explored(|| gives_up_long_after(LONG + Duration::from_nanos(1)));
    explored(|| gives_up_long_after(20 * DAY));
    late_sets();
    explored(woken_too_late);
}
