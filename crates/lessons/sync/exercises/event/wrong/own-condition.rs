// deadlock at cleared: a bare flag; its threads sleep at a condition of their own.
use explore::primitives::{Condvar, Mutex};

/// Where the threads of `wait` sleep.
static BED: Mutex<()> = Mutex::new(());
static ALARM: Condvar = Condvar::new();

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
        // From here on, each thread at the bed has looked before the set and sleeps, or looks after it.
        drop(BED.lock());
        ALARM.notify_all();
    }

    pub fn wait(&self) {
        let mut bed = BED.lock();
        while !self.is_set() {
            bed = ALARM.wait(bed);
        }
    }

    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        let state = self.state.lock();
        let before = state.times_set;
        let waited = self.state.wait_until_timeout(state, limit, |state| state.is_set_since(before));
        waited.is_ok()
    }
}
