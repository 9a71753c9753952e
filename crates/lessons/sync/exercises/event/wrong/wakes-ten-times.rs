// fail at waits: after ten wake-ups it goes on without a set.
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
        self.state.notify_all();
    }

    pub fn wait(&self) {
        let state = self.state.lock();
        let before = state.times_set;
        let looks = std::cell::Cell::new(0);
        let is_over = |state: &State| {
            looks.set(looks.get() + 1);
            state.is_set_since(before) || looks.get() > 10
        };
        drop(self.state.wait_until(state, is_over));
    }

    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        let state = self.state.lock();
        let before = state.times_set;
        let waited = self.state.wait_until_timeout(state, limit, |state| state.is_set_since(before));
        waited.is_ok()
    }
}
