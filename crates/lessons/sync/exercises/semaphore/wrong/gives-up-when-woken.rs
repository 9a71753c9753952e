// fail at taken: a woken thread that finds no permit gives up.
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
        let is_woken = std::cell::Cell::new(*permits > 0);
        let waited = self.permits.wait_until_timeout(permits, limit, |_| is_woken.replace(true));
        let Ok(mut permits) = waited else {
            return false;
        };
        let is_free = *permits > 0;
        *permits -= usize::from(is_free);
        is_free
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
