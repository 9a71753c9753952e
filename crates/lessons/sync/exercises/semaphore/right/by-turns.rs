// right: it waits and tries in turns; a try has a limit of zero; it computes when the limit ends.
use explore::primitives::Instant;
use monitor::TimedOut;

impl Semaphore {
    pub fn acquire(&self) {
        loop {
            drop(self.permits.wait_until(self.permits.lock(), |permits| *permits > 0));
            if self.try_acquire() {
                return;
            }
        }
    }

    #[must_use]
    pub fn try_acquire(&self) -> bool {
        self.acquire_timeout(Duration::ZERO)
    }

    #[must_use]
    pub fn acquire_timeout(&self, limit: Duration) -> bool {
        let until = Instant::now().checked_add(limit);
        let mut permits = self.permits.lock();
        loop {
            if *permits > 0 {
                *permits -= 1;
                return true;
            }
            let Some(until) = until else {
                permits = self.permits.wait_until(permits, |permits| *permits > 0);
                continue;
            };
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            permits = match self.permits.wait_until_timeout(permits, left, |permits| *permits > 0) {
                Ok(permits) | Err(TimedOut(permits)) => permits,
            };
        }
    }

    fn release_below(&self, most: usize) -> bool {
        let mut permits = self.permits.lock();
        if *permits < most {
            *permits += 1;
            drop(permits);
            self.permits.notify_one();
            true
        } else {
            false
        }
    }
}
