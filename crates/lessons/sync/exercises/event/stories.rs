//! Threads at an event, in every schedule.

use std::time::Duration;

use check::{Check, explored, explored_briefly};
use explore::primitives::atomic::{AtomicBool, Ordering::SeqCst};
use explore::primitives::{Condvar, Mutex};
use explore::{
    FIVE_YEARS, for_good, is_waiting, time_jumps, together, wakes_for_nothing, without_sleep,
};
use sync::Event;

use crate::{extreme, in_time};

/// The limit of each check: a body may never end.
const LIMIT: Duration = Duration::from_secs(20);
/// A limit that is never over in a story in which no time passes.
pub(crate) const LONG: Duration = Duration::from_secs(3600);

const fn check(name: &'static str, holds: &'static str, run: fn()) -> Check {
    Check::new(name, holds, run).within(LIMIT)
}

pub(crate) const CHECKS: [Check; 8] = [
    check("alone", "while it is set, a wait returns at once", alone),
    check("wakes", "a set wakes all waiting threads", wakes),
    check("waits", "before the first set, a wait waits", waits),
    check(
        "cleared",
        "a set wakes all waiting threads, even if it is cleared at once",
        cleared,
    ),
    check(
        "later",
        "a thread that comes after a clear waits for the next set",
        later,
    ),
    check(
        "two",
        "each of two events has its own sets and its own waiting threads",
        extreme::two,
    ),
    check(
        "limit",
        "a wait with a limit ends at a set, or returns false",
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
            "the event was never set, but wait_timeout(0 s) returned true"
        );
        event.set();
        event.wait();
        event.set();
        event.wait();
        assert!(event.is_set(), "it was set twice, but is_set is false");
        assert!(
            at_once() && event.wait_timeout(LONG),
            "the event is set, but wait_timeout returned false"
        );
        event.clear();
        assert!(!event.is_set(), "it was cleared, but is_set is true");
        assert!(
            !at_once(),
            "the event was cleared, but wait_timeout(0 s) returned true"
        );
        event.set();
        event.wait();
    });
}

/// Waits without a limit, or with one that is not reached.
pub(crate) fn wait(event: &Event, has_limit: bool) {
    if has_limit {
        let is_set = event.wait_timeout(LONG);
        assert!(
            is_set,
            "the event was set within the limit, but wait_timeout returned false"
        );
    } else {
        for_good(|| event.wait());
    }
}

/// Two threads wait, the second one with a limit if `has_limit`, and a third one does `set`.
fn two_wait(has_limit: bool, set: fn(&Event)) {
    let event = Event::named("event");
    together(&[
        &|| wait(&event, false),
        &|| wait(&event, has_limit),
        &|| without_sleep(|| set(&event)),
    ]);
}

fn wakes() {
    explored(|| two_wait(false, Event::set));
    explored(|| two_wait(true, Event::set));
    extreme::longest_limits();
    explored(|| {
        let event = Event::named("event");
        let wait = || event.wait();
        together(&[&wait, &wait, &wait, &|| event.set()]);
    });
    extreme::twenty_threads();
}

fn waits() {
    fn after_the_set(has_limit: bool) {
        let (event, is_due) = (Event::named("event"), AtomicBool::new(false));
        let wait = || {
            wait(&event, has_limit);
            assert!(is_due.load(SeqCst), "it was never set, but a wait ended");
        };
        let set = || {
            if !has_limit {
                time_jumps(FIVE_YEARS);
            }
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
    explored_briefly(|| {
        wakes_for_nothing(300);
        after_the_set(false);
    });
}

/// Whether the first two threads wait now, as in [`two_wait`]. If not, the event must not be cleared: a thread that
/// comes later would rightly wait forever.
pub(crate) fn both_wait() -> bool {
    is_waiting(1) && is_waiting(2)
}

fn cleared() {
    fn set_and_clear(event: &Event) {
        let is_theirs = both_wait();
        event.set();
        if is_theirs {
            event.clear();
        }
    }
    /// The first set is for the waiting threads, the second for no thread.
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
    // Another thread clears the event, at any time.
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
    // Set, clear, set: the last set is for all threads.
    explored(|| {
        two_wait(true, |event| {
            event.set();
            event.clear();
            event.set();
        });
    });
    explored(|| with_a_later_one(false));
    explored(|| with_a_later_one(true));
    extreme::many_sets();
}

/// Counts events of a story, for a thread that has to wait for some of them.
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
/// which comes only when the first two have gone on: the third must not use up a notify for these.
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
                "the event was set and cleared, but a wait that began later ended before the next set"
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
    explored(cleared_during_a_set);
}

/// Another thread clears the event as soon as it sees it set, perhaps before `set` has returned. A thread
/// that comes after this clear waits for the second set.
fn cleared_during_a_set() {
    let event = Event::named("event");
    let [is_due, is_cleared] = [const { AtomicBool::new(false) }; 2];
    let set_twice = || {
        event.set();
        is_due.store(true, SeqCst);
        event.set();
    };
    let clear = || {
        if event.is_set() {
            event.clear();
            // Otherwise it may have been the second set that was cleared.
            is_cleared.store(!is_due.load(SeqCst), SeqCst);
        }
    };
    let wait = || {
        if is_cleared.load(SeqCst) {
            wait(&event, false);
            assert!(
                is_due.load(SeqCst),
                "the event was cleared while another thread was setting it, and a wait that began after the \
                 clear ended before the next set"
            );
        }
    };
    together(&[&set_twice, &clear, &wait]);
}

fn limit() {
    // At the limit the event is set or not, and the result shows which; the event stays usable.
    explored(|| {
        let (event, has_begun) = (Event::named("event"), AtomicBool::new(false));
        let look = || {
            if event.wait_timeout(Duration::ZERO) {
                assert!(
                    has_begun.load(SeqCst),
                    "the event was never set, but wait_timeout(0 s) returned true"
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
            "the event is set, but wait_timeout(0 s) returned false"
        );
    });
}
