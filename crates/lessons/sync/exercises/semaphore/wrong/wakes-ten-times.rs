// fail at inside: after ten wake-ups it goes on without a permit.
use monitor::TimedOut;
use std::cell::Cell;
impl Semaphore {
    pub fn acquire(&self) {
        let mut permits = self.permits.lock();
        for _ in 0..10 {
            if *permits > 0 {
                break;
            }
            let is_woken = Cell::new(false);
            permits = self.permits.wait_until(permits, |_| is_woken.replace(true));
        }
        *permits = permits.saturating_sub(1);
    }

    #[must_use]
    pub fn try_acquire(&self) -> bool {
        let mut permits = self.permits.lock();
        if *permits == 0 {
            return false;
        }
        *permits -= 1;
        true
    }

    #[must_use]
    pub fn acquire_timeout(&self, limit: Duration) -> bool {
        let permits = self.permits.lock();
        let is_free = |&permits: &usize| permits > 0;
        let waited = self.permits.wait_until_timeout(permits, limit, is_free);
        let Ok(mut permits) = waited else {
            return false;
        };
        *permits -= 1;
        true
    }

    fn release_below(&self, most: usize) -> bool {
        let mut permits = self.permits.lock();
        if *permits >= most {
            return false;
        }
        *permits += 1;
        self.permits.notify_one();
        true
    }
}
