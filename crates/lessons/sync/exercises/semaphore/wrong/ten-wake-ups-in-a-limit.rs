// fail at in-time: after ten wake-ups a wait with a limit gives up.
use std::cell::Cell;

use explore::primitives::Instant;
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
        let since = Instant::now();
        let mut permits = self.permits.lock();
        for _ in 0..10 {
            if *permits > 0 {
                *permits -= 1;
                return true;
            }
            let left = limit.saturating_sub(since.elapsed());
            if left.is_zero() {
                return false;
            }
            let is_woken = Cell::new(false);
            permits = match self.permits.wait_until_timeout(permits, left, |_| is_woken.replace(true)) {
                Ok(permits) | Err(TimedOut(permits)) => permits,
            };
        }
        false
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
