// fail at limit: it panics because the longest limit cannot be added to a time.
impl Semaphore {
    pub fn acquire(&self) {
        let mut permits = self.permits.wait_until(self.permits.lock(), |permits| *permits > 0);
        *permits -= 1;
    }

    #[must_use]
    pub fn try_acquire(&self) -> bool {
        let mut permits = self.permits.lock();
        let is_there = *permits > 0;
        *permits -= usize::from(is_there);
        is_there
    }

    #[must_use]
    pub fn acquire_timeout(&self, limit: Duration) -> bool {
        let until = explore::primitives::Instant::now() + limit;
        let left = until - explore::primitives::Instant::now();
        let waited = self.permits.wait_until_timeout(self.permits.lock(), left, |permits| *permits > 0);
        waited.map(|mut permits| *permits -= 1).is_ok()
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
