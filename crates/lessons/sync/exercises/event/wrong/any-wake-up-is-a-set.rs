// fail at waits: it treats any wake-up as a set, so a wait may end without one.
use std::cell::Cell;

impl State {
    fn is_set_since(&self, before: u64) -> bool {
        self.is_set || self.times_set != before
    }
}

impl Event {
    pub fn set(&self) {
        let mut state = self.state.lock();
        state.is_set = true;
        state.times_set += 1;
        self.state.notify_all();
    }

    pub fn wait(&self) {
        let state = self.state.lock();
        let has_slept = Cell::new(false);
        drop(self.state.wait_until(state, |state| state.is_set || has_slept.replace(true)));
    }

    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        let state = self.state.lock();
        let before = state.times_set;
        let waited = self.state.wait_until_timeout(state, limit, |state| state.is_set_since(before));
        waited.is_ok()
    }
}
