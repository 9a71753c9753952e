// right: it reads the count at the first check of the wait itself.
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
        let first = std::cell::OnceCell::new();
        let is_set = |state: &State| state.is_set_since(*first.get_or_init(|| state.times_set));
        let _set = self.state.wait_until(self.state.lock(), is_set);
    }

    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        let state = self.state.lock();
        let before = state.times_set;
        match self.state.wait_until_timeout(state, limit, |state| state.is_set_since(before)) {
            Ok(_set) => true,
            Err(_over) => false,
        }
    }
}
