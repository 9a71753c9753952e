// fail at in-time: it gives up after a month, however long its limit is.
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
        let a_month = Duration::from_secs(30 * 24 * 3600);
        let permits = self.permits.lock();
        let is_free = |&permits: &usize| permits > 0;
        match self.permits.wait_until_timeout(permits, limit.min(a_month), is_free) {
            Ok(mut permits) => {
                *permits -= 1;
                true
            }
            Err(_over) => false,
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
