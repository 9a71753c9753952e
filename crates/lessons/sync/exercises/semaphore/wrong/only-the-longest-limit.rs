// fail at limit: it panics for a limit that cannot be added to a time, unless it is Duration::MAX.
use explore::primitives::Instant;

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
        if limit == Duration::MAX {
            self.acquire();
            return true;
        }
        let until = Instant::now() + limit;
        let permits = self.permits.lock();
        let limit = until.saturating_duration_since(Instant::now());
        match self.permits.wait_until_timeout(permits, limit, |&permits| permits > 0) {
            Ok(mut permits) => {
                *permits -= 1;
                true
            }
            Err(_) => false,
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
