// fail at in-time: the limit begins again each time that the thread is woken.
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
        if limit.is_zero() {
            return self.is_set();
        }
        let mut state = self.state.lock();
        let before = state.times_set;
        loop {
            if state.is_set_since(before) {
                return true;
            }
            let is_woken = std::cell::Cell::new(false);
            match self.state.wait_until_timeout(state, limit, |_| is_woken.replace(true)) {
                Ok(again) => state = again,
                Err(_) => return false,
            }
        }
    }
}
