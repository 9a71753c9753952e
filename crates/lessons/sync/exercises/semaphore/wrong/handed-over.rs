// fail at inside: a release hands its permit over to a waiting thread, which does not check why it was woken.
use std::cell::Cell;

use explore::primitives::atomic::{AtomicUsize, Ordering::SeqCst};

static WAITING: AtomicUsize = AtomicUsize::new(0);

impl Semaphore {
    pub fn acquire(&self) {
        let mut permits = self.permits.lock();
        if *permits == 0 {
            WAITING.fetch_add(1, SeqCst);
            // The release adds no permit, but leaves it to this thread.
            let is_woken = Cell::new(false);
            drop(self.permits.wait_until(permits, |_| is_woken.replace(true)));
            return;
        }
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
        if WAITING.load(SeqCst) > 0 {
            WAITING.fetch_sub(1, SeqCst);
        } else {
            *permits += 1;
        }
        self.permits.notify_one();
        true
    }
}
