// fail at in-time: the limit begins again when another thread has taken the permit.
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
        loop {
            match self.permits.wait_until_timeout(self.permits.lock(), limit, |permits| *permits > 0) {
                Ok(permits) => drop(permits),
                Err(_) => return false,
            }
            if self.try_acquire() {
                return true;
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
