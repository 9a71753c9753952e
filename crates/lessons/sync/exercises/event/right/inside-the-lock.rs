// right: it wakes while it holds the lock; `wait` has a limit that is never reached.
impl State {
    fn is_set_since(&self, before: u64) -> bool {
        self.is_set || self.times_set != before
    }
}

impl Event {
    pub fn set(&self) {
        let mut state = self.state.lock();
        state.times_set += 1;
        state.is_set = true;
        self.state.notify_all();
    }

    pub fn wait(&self) {
        while !self.wait_timeout(Duration::from_secs(1 << 40)) {}
    }

    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        let state = self.state.lock();
        let before = state.times_set;
        let waited = self.state.wait_until_timeout(state, limit, |state| state.is_set_since(before));
        waited.is_ok()
    }
}
