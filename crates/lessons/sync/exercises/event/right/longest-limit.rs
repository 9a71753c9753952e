// right: a set counts and wakes only after a clear; `wait` has the longest limit.
use explore::primitives::Instant;
use monitor::TimedOut;

impl State {
    fn is_set_since(&self, before: u64) -> bool {
        self.is_set || self.times_set != before
    }
}

impl Event {
    pub fn set(&self) {
        let mut state = self.state.lock();
        if state.is_set {
            return;
        }
        state.is_set = true;
        state.times_set = state.times_set.wrapping_add(1);
        self.state.notify_all();
    }

    pub fn wait(&self) {
        while !self.wait_timeout(Duration::MAX) {}
    }

    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        let since = Instant::now();
        let mut state = self.state.lock();
        let before = state.times_set;
        while !state.is_set_since(before) {
            let left = limit.saturating_sub(since.elapsed());
            if left.is_zero() {
                return false;
            }
            let waited = self.state.wait_until_timeout(state, left, |state| state.is_set_since(before));
            let (Ok(again) | Err(TimedOut(again))) = waited;
            state = again;
        }
        true
    }
}
