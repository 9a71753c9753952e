// fail at in-time: if another thread takes the permit, it waits once more, and then gives up.
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

    fn release_below(&self, most: usize) -> bool {
        let mut permits = self.permits.lock();
        if *permits >= most {
            return false;
        }
        *permits += 1;
        self.permits.notify_one();
        true
    }

    #[must_use]
    pub fn acquire_timeout(&self, limit: Duration) -> bool {
        let since = explore::primitives::Instant::now();
        let wait = |limit| self.permits.wait_until_timeout(self.permits.lock(), limit, |&n| n > 0).is_ok();
        if wait(limit) && self.try_acquire() {
            return true;
        }
        // someone was quicker: use the rest of the time
        let rest = limit.saturating_sub(since.elapsed());
        wait(rest) && self.try_acquire()
    }
}
