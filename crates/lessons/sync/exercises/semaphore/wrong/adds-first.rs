// fail at most: it adds a permit before it looks whether there is room, and overflows.
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
        *permits += 1;
        if *permits > most {
            *permits -= 1;
            return false;
        }
        self.permits.notify_one();
        true
    }
}
