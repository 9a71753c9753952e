// fail at wakes: a set sleeps before it wakes the threads.
use explore::primitives::sleep;

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
        drop(state);
        sleep(Duration::from_millis(50));
        self.state.notify_all();
    }

    pub fn wait(&self) {
        let state = self.state.lock();
        let before = state.times_set;
        drop(self.state.wait_until(state, |state| state.is_set_since(before)));
    }

    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        let state = self.state.lock();
        let before = state.times_set;
        let waited = self.state.wait_until_timeout(state, limit, |state| state.is_set_since(before));
        waited.is_ok()
    }
}
