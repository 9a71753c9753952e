// right: woken after its limit, it gives up, and wakes the next thread for the permit.
impl Semaphore {
    pub fn acquire(&self) {
        let permits = self.permits.lock();
        let mut permits = self.permits.wait_until(permits, |&permits| permits > 0);
        *permits -= 1;
    }

    #[must_use]
    pub fn try_acquire(&self) -> bool {
        let mut permits = self.permits.lock();
        let is_free = *permits > 0;
        *permits -= usize::from(is_free);
        is_free
    }

    #[must_use]
    pub fn acquire_timeout(&self, limit: Duration) -> bool {
        let since = explore::primitives::Instant::now();
        let permits = self.permits.lock();
        let had_one = *permits > 0;
        let waited = self.permits.wait_until_timeout(permits, limit, |&permits| permits > 0);
        let Ok(mut permits) = waited else {
            return false;
        };
        if !had_one && since.elapsed() > limit {
            drop(permits);
            self.permits.notify_one();
            return false;
        }
        *permits -= 1;
        true
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
