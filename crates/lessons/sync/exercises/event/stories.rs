//! Threads at an event, in every schedule.

use std::sync::Arc;
use std::time::Duration;

use check::{Check, explored};
use explore::primitives::atomic::{AtomicBool, Ordering::SeqCst};
use explore::{at, for_good, is_waiting, now, time_passes, together, wakes_for_nothing};
use sync::Event;

/// A body that does not end takes a check with it.
const LIMIT: Duration = Duration::from_secs(20);
/// Where a story lets no time pass, this is never over.
const LONG: Duration = Duration::from_secs(3600);

const fn check(name: &'static str, holds: &'static str, run: fn()) -> Check {
    Check::new(name, holds, run).within(LIMIT)
}

pub(crate) const CHECKS: [Check; 7] = [
    check("alone", "while it is set, no wait is one", alone),
    check("wakes", "a set wakes all that wait", wakes),
    check("waits", "before the first set, a wait waits", waits),
    check(
        "cleared",
        "a set wakes all that wait, also when it is cleared at once",
        cleared,
    ),
    check(
        "later",
        "who comes after a clear waits for the next set",
        later,
    ),
    check(
        "limit",
        "a wait with a limit ends at a set, or says no",
        limit,
    ),
    check(
        "in-time",
        "a wait with a limit is over at its limit, and not before",
        in_time,
    ),
];

fn alone() {
    explored(|| {
        let event = Event::named("event");
        let at_once = || event.wait_timeout(Duration::ZERO);
        assert!(
            !at_once(),
            "it was never set, and wait_timeout(0 s) returns true"
        );
        event.set();
        event.wait();
        event.set();
        event.wait();
        assert!(event.is_set(), "it was set twice, and is_set returns false");
        assert!(
            at_once() && event.wait_timeout(LONG),
            "it is set, and wait_timeout returns false"
        );
        event.clear();
        assert!(!event.is_set(), "it was cleared, and is_set returns true");
        assert!(
            !at_once(),
            "it was cleared, and wait_timeout(0 s) returns true"
        );
        event.set();
        event.wait();
    });
}

/// Waits without a limit, or with one that is not reached.
fn wait(event: &Event, has_limit: bool) {
    if has_limit {
        let is_set = event.wait_timeout(LONG);
        assert!(
            is_set,
            "it was set within the limit, and wait_timeout returns false"
        );
    } else {
        for_good(|| event.wait());
    }
}

/// Two threads wait, the second with a limit if that is asked for, and a third one does `set`.
fn two_wait(has_limit: bool, set: fn(&Event)) {
    let event = Event::named("event");
    together(&[
        &|| wait(&event, false),
        &|| wait(&event, has_limit),
        &|| set(&event),
    ]);
}

fn wakes() {
    explored(|| two_wait(false, Event::set));
    explored(|| two_wait(true, Event::set));
    explored(|| {
        let event = Event::named("event");
        let wait = || {
            let is_set = event.wait_timeout(Duration::MAX);
            assert!(
                is_set,
                "it is set, and wait_timeout(Duration::MAX) returns false"
            );
        };
        together(&[&wait, &|| event.set()]);
    });
    explored(|| {
        let event = Event::named("event");
        let wait = || event.wait();
        together(&[&wait, &wait, &wait, &|| event.set()]);
    });
}

fn waits() {
    fn after_the_set(has_limit: bool) {
        let (event, is_due) = (Event::named("event"), AtomicBool::new(false));
        let wait = || {
            wait(&event, has_limit);
            assert!(is_due.load(SeqCst), "it was never set, and a wait ends");
        };
        let set = || {
            is_due.store(true, SeqCst);
            event.set();
        };
        together(&[&wait, &set]);
    }
    explored(|| after_the_set(false));
    explored(|| after_the_set(true));
    // Not every wake-up comes from a set.
    explored(|| {
        wakes_for_nothing(1);
        after_the_set(false);
    });
}

/// Whether both of [`two_wait`] wait now. If not, what comes next must not clear the event: one that
/// comes later would rightly wait forever.
fn both_wait() -> bool {
    is_waiting(1, "event") && is_waiting(2, "event")
}

fn cleared() {
    fn set_and_clear(event: &Event) {
        let is_theirs = both_wait();
        event.set();
        if is_theirs {
            event.clear();
        }
    }
    /// The first set is theirs, the second is for no thread.
    fn again_and_again(event: &Event) {
        let is_theirs = both_wait();
        event.set();
        if is_theirs {
            event.clear();
            event.set();
            event.clear();
        }
    }
    explored(|| two_wait(false, set_and_clear));
    explored(|| two_wait(true, set_and_clear));
    explored(|| two_wait(false, again_and_again));
    // By another thread, at any time.
    explored(|| {
        let event = Event::named("event");
        let wait = || event.wait();
        let clear = || {
            if both_wait() {
                event.clear();
            }
        };
        together(&[&wait, &wait, &|| event.set(), &clear]);
    });
    // Set, clear, set: the last one is for all.
    explored(|| {
        two_wait(true, |event| {
            event.set();
            event.clear();
            event.set();
        });
    });
}

fn later() {
    fn waits_for_the_next(has_limit: bool) {
        let (event, is_due) = (Event::named("event"), AtomicBool::new(false));
        event.set();
        event.wait();
        event.clear();
        let wait = || {
            wait(&event, has_limit);
            assert!(
                is_due.load(SeqCst),
                "it was set and cleared before, and a wait that comes later ends before the next set"
            );
        };
        let set = || {
            is_due.store(true, SeqCst);
            event.set();
        };
        together(&[&wait, &wait, &set]);
    }
    explored(|| waits_for_the_next(false));
    explored(|| waits_for_the_next(true));
}

fn limit() {
    // At its limit it is set or is not, and the answer says which; either way the event stays whole.
    explored(|| {
        let (event, has_begun) = (Event::named("event"), AtomicBool::new(false));
        let look = || {
            if event.wait_timeout(Duration::ZERO) {
                assert!(
                    has_begun.load(SeqCst),
                    "it was never set, and wait_timeout returns true"
                );
            }
        };
        let set = || {
            has_begun.store(true, SeqCst);
            event.set();
        };
        together(&[&look, &|| wait(&event, true), &set]);
        assert!(
            event.wait_timeout(Duration::ZERO),
            "it is set, and wait_timeout(0 s) returns false"
        );
    });
}

/// The limit that is tried in a run in which time passes.
const SHORT: Duration = Duration::from_millis(120);
/// No time passes besides that of waits, so a wait that knows its limit is over by then.
const OVER: Duration = Duration::from_millis(121);

/// An event that is not set, in a run in which time passes and waits are woken for nothing after
/// `step`.
fn in_passing_time(step: Duration) -> Arc<Event> {
    time_passes(step);
    at(OVER, || {
        panic!("{SHORT:?} are over, and wait_timeout({SHORT:?}) still waits")
    });
    Arc::new(Event::named("event"))
}

fn expect_given_up(event: &Event) {
    let is_set = event.wait_timeout(SHORT);
    assert!(
        !is_set,
        "it is not set, and wait_timeout({SHORT:?}) returns true"
    );
    let took = now();
    assert!(
        took >= SHORT,
        "wait_timeout({SHORT:?}) gives up after {took:?}"
    );
}

fn in_time() {
    explored(|| expect_given_up(&in_passing_time(10 * SHORT)));
    // A thread that is woken for nothing goes on to wait, up to the same limit.
    explored(|| expect_given_up(&in_passing_time(SHORT / 3)));
    explored(|| expect_given_up(&in_passing_time(SHORT / 7)));
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
}
