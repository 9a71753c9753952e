// fail at in-time: it counts waits of a second and asks no clock, so that a longer wait counts as a second.
use monitor::TimedOut;

impl Semaphore {
    pub fn acquire(&self) {
        let permits = self.permits.lock();
        let mut permits = self.permits.wait_until(permits, |&permits| permits > 0);
        *permits -= 1;
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
        let mut left = limit;
        let mut permits = self.permits.lock();
        loop {
            if *permits > 0 {
                *permits -= 1;
                return true;
            }
            if left.is_zero() {
                return false;
            }
            let turn = left.min(Duration::from_secs(1));
            left -= turn;
            permits = match self.permits.wait_until_timeout(permits, turn, |&permits| permits > 0) {
                Ok(permits) | Err(TimedOut(permits)) => permits,
            };
        }
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
