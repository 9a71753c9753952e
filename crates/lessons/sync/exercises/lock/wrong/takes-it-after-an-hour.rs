// fail at inside: a thread that is woken an hour after it came takes the lock although another thread has it.
use explore::primitives::Instant;

impl Lock {
    pub fn acquire(&self) {
        let since = Instant::now();
        let an_hour = std::time::Duration::from_secs(3600);
        let mut is_held = self.is_held.lock();
        // A thread that has it for an hour must have forgotten it.
        while *is_held && since.elapsed() < an_hour {
            is_held = self.released.wait(is_held);
        }
        *is_held = true;
    }

    pub fn release(&self) {
        *self.is_held.lock() = false;
        self.released.notify_one();
    }
}
