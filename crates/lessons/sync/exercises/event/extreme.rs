//! The longest limits, more waiting threads, and more sets than in the other stories.

use std::time::Duration;

use check::{explored, explored_briefly};
use explore::{tell, together};
use sync::Event;

use crate::stories::{both_wait, wait};

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

pub(crate) fn five_threads() {
    explored_briefly(|| {
        let event = Event::named("event");
        let wait = || wait(&event, false);
        together(&[&wait, &wait, &wait, &wait, &wait, &|| event.set()]);
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
