//! Event: a flag that threads wait for.

use std::time::Duration;

use crate::condition::Condition;
use crate::lock::Lock;

/// A flag that is set or not; threads wait until it is set.
#[derive(Debug)]
pub struct Event {
    state: Lock<State>,
    was_set: Condition,
}

#[derive(Debug)]
struct State {
    set: bool,
    /// How often it was set. A waiter that wakes late, when the flag is cleared again, sees by
    /// this that it was set meanwhile; else it would sleep on, and might miss every set.
    times_set: u64,
}

impl State {
    fn set(&mut self) {
        self.set = true;
        self.times_set += 1;
    }

    fn is_set_since(&self, before: u64) -> bool {
        self.set || self.times_set != before
    }
}

impl Event {
    /// An event that is not set.
    #[must_use]
    pub const fn new() -> Self {
        let state = State {
            set: false,
            times_set: 0,
        };
        Self {
            state: Lock::of_kind("event", state),
            was_set: Condition::new(),
        }
    }

    /// Sets the flag and wakes all that wait for it.
    pub fn set(&self) {
        self.state.lock().set();
        self.was_set.notify_all();
    }

    /// Takes the flag back: who waits from now on waits for the next set.
    pub fn clear(&self) {
        self.state.lock().set = false;
    }

    /// Whether the flag is set now.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.state.lock().set
    }

    /// Waits, however long it takes, until the flag is set; not at all while it is.
    pub fn wait(&self) {
        let state = self.state.lock();
        let before = state.times_set;
        let _set = self
            .was_set
            .wait_until(state, |state| state.is_set_since(before));
    }

    /// Waits no longer than `limit`, and tells whether the flag was set.
    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        let state = self.state.lock();
        let before = state.times_set;
        self.was_set
            .wait_until_timeout(state, limit, |state| state.is_set_since(before))
            .is_ok()
    }
}

impl Default for Event {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    /// Row S10, the case that a bare look at the flag would miss: it is never to be seen set.
    #[test]
    fn s10_a_waiter_wakes_though_the_event_is_cleared_before_it_can_look() {
        let event = Event::new();
        thread::scope(|scope| {
            let waiter = scope.spawn(|| event.wait_timeout(Duration::from_secs(5)));
            // However late the waiter comes, one of these finds it waiting.
            while !waiter.is_finished() {
                let mut state = event.state.lock();
                state.set();
                event.was_set.notify_all();
                state.set = false;
                drop(state);
                thread::sleep(Duration::from_millis(1));
            }
            assert!(waiter.join().unwrap());
        });
    }
}
