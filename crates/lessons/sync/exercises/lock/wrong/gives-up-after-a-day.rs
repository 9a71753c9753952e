// fail at inside: after a day it takes the lock although another thread has it.
impl Lock {
    pub fn acquire(&self) {
        let mut is_held = self.is_held.lock();
        while *is_held {
            let a_day = std::time::Duration::from_secs(24 * 3600);
            let (again, is_over) = self.released.wait_timeout(is_held, a_day);
            is_held = again;
            if is_over {
                // Its owner must have forgotten it.
                break;
            }
        }
        *is_held = true;
    }

    pub fn release(&self) {
        *self.is_held.lock() = false;
        self.released.notify_one();
    }
}
