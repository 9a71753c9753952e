// fail at in-time: a limit that cannot be added to a time counts as a day.
use explore::primitives::Instant;

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
        drop(self.state.wait_until(state, |state| state.is_set_since(before)));
    }

    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        let now = Instant::now();
        let until = now.checked_add(limit).unwrap_or(now + Duration::from_secs(86_400));
        let state = self.state.lock();
        let before = state.times_set;
        let left = until.saturating_duration_since(Instant::now());
        let waited = self.state.wait_until_timeout(state, left, |state| state.is_set_since(before));
        waited.is_ok()
    }
}
