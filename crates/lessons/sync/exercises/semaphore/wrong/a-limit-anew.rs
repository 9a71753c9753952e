// fail at in-time: the limit begins again each time that the thread is woken.
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
        loop {
            let permits = self.permits.lock();
            let is_woken = std::cell::Cell::new(*permits > 0 || limit.is_zero());
            let waited = self.permits.wait_until_timeout(permits, limit, |_| is_woken.replace(true));
            let Ok(mut permits) = waited else {
                return false;
            };
            if *permits > 0 {
                *permits -= 1;
                return true;
            }
            if limit.is_zero() {
                return false;
            }
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
