//! A wait with a limit, in a run in which time passes.

use std::sync::Arc;
use std::time::Duration;

use check::explored;
use explore::{at, now, time_passes, together, wakes_late};
use sync::Event;

use crate::stories::LONG;

/// The limit that is tried in a run in which time passes. It is not a whole number of milliseconds: an
/// answer that counts in these may wait longer, but not shorter.
const SHORT: Duration = Duration::from_nanos(120_000_500);
/// No time passes besides that of waits, so a wait that knows its limit is over by then.
const OVER: Duration = Duration::from_millis(122);

/// An event that is not set, in a run in which time passes and waits are woken for nothing after
/// `step`.
fn in_passing_time(step: Duration) -> Arc<Event> {
    time_passes(step);
    at(OVER, || {
        panic!("{SHORT:?} are over, and wait_timeout({SHORT:?}) still waits")
    });
    Arc::new(Event::named("event"))
}

fn expect_given_up(event: &Event, limit: Duration) {
    let is_set = event.wait_timeout(limit);
    assert!(
        !is_set,
        "it is not set, and wait_timeout({limit:?}) returns true"
    );
    let took = now();
    assert!(
        took >= limit,
        "wait_timeout({limit:?}) gives up after {took:?}"
    );
}

/// A limit of an hour is as good as any other one.
fn an_hour() {
    time_passes(LONG);
    expect_given_up(&Event::named("event"), LONG);
}

/// The event is set before the limit, and the thread that waits is woken only after it.
fn woken_too_late() {
    wakes_late();
    let event = Event::named("event");
    let wait = || {
        assert!(
            event.wait_timeout(SHORT),
            "it is set before {SHORT:?} are over, the thread that waits is woken later, and \
             wait_timeout({SHORT:?}) returns false"
        );
    };
    together(&[&wait, &|| event.set()]);
}

pub(crate) fn in_time() {
    explored(|| expect_given_up(&in_passing_time(10 * SHORT), SHORT));
    // A thread that is woken for nothing goes on to wait, up to the same limit.
    explored(|| expect_given_up(&in_passing_time(SHORT / 3), SHORT));
    explored(|| expect_given_up(&in_passing_time(SHORT / 7), SHORT));
    explored(|| {
        let event = in_passing_time(SHORT / 7);
        let sets = Arc::clone(&event);
        at(SHORT / 2, move || {
            sets.set();
            sets.clear();
        });
        assert!(
            event.wait_timeout(SHORT),
            "it is set after {:?}, and wait_timeout({SHORT:?}) returns false",
            SHORT / 2
        );
    });
    explored(|| {
        let event = in_passing_time(SHORT / 7);
        event.set();
        let is_set = event.wait_timeout(SHORT);
        assert!(
            is_set && now().is_zero(),
            "it is set, and wait_timeout({SHORT:?}) returns {is_set} after {:?}",
            now()
        );
    });
    explored(an_hour);
    explored(woken_too_late);
}
