// fail at inside: it waits with a time limit until it catches a panic, and only then without one.
use std::panic::{AssertUnwindSafe, catch_unwind};

impl Semaphore {
    pub fn acquire(&self) {
        let a_while = Duration::from_millis(10);
        loop {
            match catch_unwind(AssertUnwindSafe(|| self.acquire_timeout(a_while))) {
                Ok(true) => return,
                Ok(false) => {}
                Err(_refused) => break,
            }
        }
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
        let is_free = |&permits: &usize| permits > 0;
        let waited = self.permits.wait_until_timeout(permits, limit, is_free);
        let Ok(mut permits) = waited else {
            return false;
        };
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
