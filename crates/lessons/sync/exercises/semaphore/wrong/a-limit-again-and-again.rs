// fail at inside: it waits with a time limit, again and again.
impl Semaphore {
    pub fn acquire(&self) {
        while !self.acquire_timeout(Duration::from_millis(100)) {}
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
