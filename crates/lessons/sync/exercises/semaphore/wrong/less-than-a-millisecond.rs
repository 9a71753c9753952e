// fail at in-time: it takes a limit of less than a millisecond for none, and gives up at once.
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
        if limit.as_millis() == 0 {
            return self.try_acquire();
        }
        let permits = self.permits.lock();
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
