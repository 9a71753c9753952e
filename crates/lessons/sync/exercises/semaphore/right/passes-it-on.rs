// right: the first permit wakes one thread; a thread that leaves a permit wakes the next one.
impl Semaphore {

    pub fn acquire(&self) {
        let permits = self.permits.lock();
        let mut permits = self.permits.wait_until(permits, |&permits| permits > 0);
        *permits -= 1;
        if *permits > 0 {
            self.permits.notify_one();
        }
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
        match self.permits.wait_until_timeout(permits, limit, |&permits| permits > 0) {
            Ok(mut permits) => {
                *permits -= 1;
                if *permits > 0 {
                    self.permits.notify_one();
                }
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
        if *permits == 1 {
            self.permits.notify_one();
        }
        true
    }
}
