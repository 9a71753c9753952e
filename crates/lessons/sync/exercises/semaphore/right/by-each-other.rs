// right: `acquire` waits in a loop, and a helper takes a permit if there is one.
fn take(permits: &mut usize) -> bool {
    match permits.checked_sub(1) {
        Some(left) => {
            *permits = left;
            true
        }
        None => false,
    }
}

impl Semaphore {
    pub fn acquire(&self) {
        let mut permits = self.permits.lock();
        while !take(&mut permits) {
            permits = self.permits.wait_until(permits, |&permits| permits != 0);
        }
    }

    #[must_use]
    pub fn try_acquire(&self) -> bool {
        take(&mut self.permits.lock())
    }

    #[must_use]
    pub fn acquire_timeout(&self, limit: Duration) -> bool {
        let permits = self.permits.lock();
        let waited = self.permits.wait_until_timeout(permits, limit, |permits| *permits != 0);
        waited.is_ok_and(|mut permits| take(&mut permits))
    }

    fn release_below(&self, most: usize) -> bool {
        let mut permits = self.permits.lock();
        let below = *permits < most;
        *permits += usize::from(below);
        self.permits.notify_one();
        below
    }
}
