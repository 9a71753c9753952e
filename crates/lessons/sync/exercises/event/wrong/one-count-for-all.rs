// fail at two: it counts the sets of all events together, so a set of one ends the waits for all.
use explore::primitives::atomic::{AtomicU64, Ordering::SeqCst};

static SETS: AtomicU64 = AtomicU64::new(0);

impl State {
    fn is_set_since(&self, before: u64) -> bool {
        self.is_set || SETS.load(SeqCst) != before
    }
}

impl Event {
    pub fn set(&self) {
        let mut state = self.state.lock();
        state.is_set = true;
        SETS.fetch_add(1, SeqCst);
        drop(state);
        self.state.notify_all();
    }

    pub fn wait(&self) {
        let state = self.state.lock();
        let before = SETS.load(SeqCst);
        drop(self.state.wait_until(state, |state| state.is_set_since(before)));
    }

    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        let state = self.state.lock();
        let before = SETS.load(SeqCst);
        let waited = self.state.wait_until_timeout(state, limit, |state| state.is_set_since(before));
        waited.is_ok()
    }
}
