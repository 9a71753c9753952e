// fail at in-time: it counts waits of a second and asks no clock, so that a longer wait counts as a second.
use monitor::TimedOut;

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
        let mut left = limit;
        let mut state = self.state.lock();
        let before = state.times_set;
        loop {
            if state.is_set_since(before) {
                return true;
            }
            if left.is_zero() {
                return false;
            }
            let turn = left.min(Duration::from_secs(1));
            left -= turn;
            state = match self.state.wait_until_timeout(state, turn, |state| state.is_set_since(before)) {
                Ok(state) | Err(TimedOut(state)) => state,
            };
        }
    }
}
