// deadlock at cleared: each woken thread wakes one more, which may be one that came after the clear.
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
        self.state.notify_one();
    }

    pub fn wait(&self) {
        let state = self.state.lock();
        let before = state.times_set;
        drop(self.state.wait_until(state, |state| state.is_set_since(before)));
        self.state.notify_one();
    }

    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        let state = self.state.lock();
        let before = state.times_set;
        let waited = self.state.wait_until_timeout(state, limit, |state| state.is_set_since(before));
        let is_set = waited.is_ok();
        drop(waited);
        self.state.notify_one();
        is_set
    }
}
