//! Threads at an event, in every schedule.

use std::time::Duration;

use check::{Check, explored};
use explore::primitives::atomic::{AtomicBool, Ordering::SeqCst};
use explore::primitives::{Condvar, Mutex};
use explore::{for_good, is_waiting, together, wakes_for_nothing};
use sync::Event;

use crate::in_time;

/// A body that does not end takes a check with it.
const LIMIT: Duration = Duration::from_secs(20);
/// Where a story lets no time pass, this is never over.
pub(crate) const LONG: Duration = Duration::from_secs(3600);

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
        in_time::in_time,
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
    explored(|| with_a_later_one(false));
    explored(|| with_a_later_one(true));
}

/// Counts what the threads of a story have done, for a thread that has to wait for it.
#[derive(Default)]
struct Count {
    number: Mutex<usize>,
    changed: Condvar,
}

impl Count {
    fn add(&self) {
        *self.number.lock() += 1;
        self.changed.notify_all();
    }

    fn wait_for(&self, least: usize) {
        let mut number = self.number.lock();
        while *number < least {
            number = self.changed.wait(number);
        }
    }
}

/// Two threads wait for the first set. A third one comes after the clear, and waits for the second set,
/// which comes only when the first two have gone on: a notify for these must not end with the third.
fn with_a_later_one(has_limit: bool) {
    let event = Event::named("event");
    let (clears, gone_on) = (Count::default(), Count::default());
    let old = |has_limit| {
        wait(&event, has_limit);
        gone_on.add();
    };
    let later = || {
        clears.wait_for(1);
        event.wait();
    };
    let set = || {
        let is_theirs = both_wait();
        event.set();
        if is_theirs {
            event.clear();
            clears.add();
            gone_on.wait_for(2);
            event.set();
        } else {
            clears.add();
        }
    };
    together(&[&|| old(false), &|| old(has_limit), &later, &set]);
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
