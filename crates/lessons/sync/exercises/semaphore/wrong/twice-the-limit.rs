// fail at in-time: it waits for its limit, and then for the limit again.
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
        let is_there = |permits: &usize| *permits > 0;
        for _ in 0..2 {
            let waited = self.permits.wait_until_timeout(self.permits.lock(), limit, is_there);
            if let Ok(mut permits) = waited {
                *permits -= 1;
                return true;
            }
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
