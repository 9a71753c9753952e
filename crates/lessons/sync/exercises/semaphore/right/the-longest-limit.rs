// right: `acquire` has the longest limit, and a release computes the sum first.
impl Semaphore {
    pub fn acquire(&self) {
        while !self.acquire_timeout(Duration::MAX) {}
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
        match permits.checked_add(1) {
            Some(more) if more <= most => *permits = more,
            _ => return false,
        }
        drop(permits);
        self.permits.notify_one();
        true
    }
}
