//! The longest limits, more waiting threads and more sets than in the other stories, and two events.

use std::time::Duration;

use check::{explored, explored_briefly};
use explore::primitives::atomic::{AtomicBool, Ordering::SeqCst};
use explore::{FIVE_YEARS, at, now, tell, time_jumps_and_stops, time_passes, together};
use sync::Event;

use crate::in_time::SHORT;
use crate::stories::{both_wait, wait};

pub(crate) const DAY: Duration = Duration::from_secs(24 * 3600);

/// Neither limit can be added to a time.
pub(crate) fn longest_limits() {
    fn ends_at_a_set(limit: Duration, name: &str) {
        let event = Event::named("event");
        let wait = || {
            tell!("waits for {name} at most");
            let is_set = event.wait_timeout(limit);
            assert!(
                is_set,
                "the event was set, but wait_timeout({name}) returned false"
            );
        };
        together(&[&wait, &|| event.set()]);
    }
    explored(|| ends_at_a_set(Duration::MAX, "Duration::MAX"));
    explored(|| ends_at_a_set(Duration::MAX / 2, "Duration::MAX / 2"));
}

pub(crate) fn twenty_threads() {
    explored_briefly(|| {
        let event = Event::named("event");
        let wait = || wait(&event, false);
        let set = || event.set();
        let mut threads: Vec<&(dyn Fn() + Sync)> = vec![&wait; 20];
        threads.push(&set);
        together(&threads);
    });
}

/// The event is set after many days, but long before the limit.
pub(crate) fn late_sets() {
    fn ends_after(time: Duration, limit: Duration, name: &str) {
        time_passes(2 * SHORT);
        at(SHORT, move || time_jumps_and_stops(time));
        let event = Event::named("event");
        let wait = || {
            let is_set = event.wait_timeout(limit);
            assert!(
                is_set,
                "the event was not set, and wait_timeout({name}) gave up after {:?}",
                now()
            );
        };
        together(&[&wait, &|| event.set()]);
    }
    explored(|| ends_after(10 * DAY, 20 * DAY, "20 days"));
    explored(|| ends_after(FIVE_YEARS, Duration::MAX, "Duration::MAX"));
    explored(|| ends_after(FIVE_YEARS, Duration::MAX / 2, "Duration::MAX / 2"));
}

pub(crate) fn two() {
    // A thread that waits for one event must not keep a thread from waiting for the other one.
    explored(|| {
        let [a, b] = ["A", "B"].map(Event::named);
        let first = || a.wait();
        let second = || {
            b.wait();
            a.set();
        };
        together(&[&first, &second, &|| b.set()]);
    });
    // A set of one event must not end a wait for the other one.
    explored(|| {
        let ([a, b], is_due) = (["A", "B"].map(Event::named), AtomicBool::new(false));
        let wait = || {
            wait(&a, false);
            assert!(
                is_due.load(SeqCst),
                "B was set and A was not, but a wait for A ended"
            );
        };
        let set = || {
            b.set();
            b.clear();
            is_due.store(true, SeqCst);
            a.set();
        };
        together(&[&wait, &set]);
    });
}

/// A count of sets must neither begin again nor stop.
pub(crate) fn many_sets() {
    /// Two threads wait when the event was set and cleared `before` times, until this was done `times` times.
    fn set_often(before: usize, times: usize) {
        let event = Event::named("event");
        let set_and_clear = |times| {
            for _ in 0..times {
                event.set();
                event.clear();
            }
        };
        set_and_clear(before);
        let set = || match both_wait() {
            true => set_and_clear(times),
            // A thread that comes only later needs an event that stays set.
            false => event.set(),
        };
        together(&[&|| wait(&event, false), &|| wait(&event, true), &set]);
    }
    explored_briefly(|| set_often(0, 3));
    explored_briefly(|| set_often(0, 4));
    explored_briefly(|| set_often(0, 5));
    explored_briefly(|| set_often(0, 7));
    explored_briefly(|| set_often(0, 8));
    explored_briefly(|| set_often(0, 9));
    explored_briefly(|| set_often(0, 10));
    explored_briefly(|| set_often(0, 12));
    explored_briefly(|| set_often(0, 16));
    explored_briefly(|| set_often(2, 1));
    explored_briefly(|| set_often(3, 1));
    explored_briefly(|| set_often(100, 1));
}
