// fail at inside: a release hands the lock over to a waiting thread, which does not check why it was woken.
use explore::primitives::atomic::{AtomicUsize, Ordering::SeqCst};

static WAITING: AtomicUsize = AtomicUsize::new(0);

impl Lock {
    pub fn acquire(&self) {
        let mut is_held = self.is_held.lock();
        if *is_held {
            WAITING.fetch_add(1, SeqCst);
            // The release leaves the flag set for this thread.
            drop(self.released.wait(is_held));
            return;
        }
        *is_held = true;
    }

    pub fn release(&self) {
        let mut is_held = self.is_held.lock();
        if WAITING.load(SeqCst) > 0 {
            WAITING.fetch_sub(1, SeqCst);
            self.released.notify_one();
        } else {
            *is_held = false;
        }
    }
}
