// deadlock at woken: it notifies only for the first two permits.
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
        if *permits >= most {
            return false;
        }
        *permits += 1;
        if *permits <= 2 {
            self.permits.notify_one();
        }
        true
    }
}
