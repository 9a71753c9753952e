//! Event: a flag that threads wait for.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use monitor::Monitor;

/// A flag that is set or not; threads wait until it is set.
#[derive(Debug)]
pub struct Event {
    state: Monitor<State>,
}

struct State {
    is_set: bool,
    /// How often it was set. A waiter that wakes late, when the flag is already cleared, sees from
    /// it that the flag was set meanwhile; otherwise it would sleep on, and might miss every set.
    times_set: u64,
}

impl State {
    const NOT_SET: Self = Self {
        is_set: false,
        times_set: 0,
    };

    /// Whether the flag is set, or was set after the count of sets was `before`.
    fn is_set_since(&self, before: u64) -> bool {
        self.is_set || self.times_set != before
    }
}

impl Event {
    /// An event that is not set, called `event 1`, `event 2`, and so on.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            state: Monitor::of_kind("event", State::NOT_SET),
        }
    }

    /// An event that is not set, with a name of its own.
    #[must_use]
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            state: Monitor::named(name, State::NOT_SET),
        }
    }

    /// Sets the flag and wakes all threads that wait for it. Never waits.
    pub fn set(&self) {
        let mut state = self.state.lock();
        state.is_set = true;
        state.times_set += 1;
        drop(state);
        self.state.notify_all();
    }

    /// Clears the flag: a thread that waits from now on waits for the next set.
    pub fn clear(&self) {
        self.state.lock().is_set = false;
    }

    /// Whether the flag is set now.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.state.lock().is_set
    }

    /// Waits, without a limit, until the flag is set; returns at once if it is set.
    pub fn wait(&self) {
        let state = self.state.lock();
        let before = state.times_set;
        let is_set = |state: &State| state.is_set_since(before);
        drop(self.state.wait_until(state, is_set));
    }

    /// Waits for `limit` at most, and returns whether the flag is set or was set during the wait.
    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        let state = self.state.lock();
        let before = state.times_set;
        let is_set = |state: &State| state.is_set_since(before);
        let waited = self.state.wait_until_timeout(state, limit, is_set);
        waited.is_ok()
    }
}

impl Default for Event {
    fn default() -> Self {
        Self::new()
    }
}

/// Shown in the timeline: whether the flag is set.
impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.is_set.fmt(f)
    }
}
