// right: the threads of all events sleep at one condition; each checks the count of its own event.
use explore::primitives::{Condvar, Instant, Mutex};

/// Where the threads of all events sleep: each wake-up is for all, and each thread checks its own event.
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
        drop(BED.lock());
        ALARM.notify_all();
    }

    pub fn wait(&self) {
        let before = self.state.lock().times_set;
        let mut bed = BED.lock();
        while !self.state.lock().is_set_since(before) {
            bed = ALARM.wait(bed);
        }
    }

    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        let since = Instant::now();
        let before = self.state.lock().times_set;
        let mut bed = BED.lock();
        while !self.state.lock().is_set_since(before) {
            let Some(left) = limit.checked_sub(since.elapsed()) else {
                return false;
            };
            (bed, _) = ALARM.wait_timeout(bed, left);
        }
        true
    }
}
