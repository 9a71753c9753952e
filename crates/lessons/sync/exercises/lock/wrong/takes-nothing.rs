// fail at inside: it waits until the lock is free, and leaves it free.
impl Lock {
    pub fn acquire(&self) {
        let mut is_held = self.is_held.lock();
        while *is_held {
            is_held = self.released.wait(is_held);
        }
    }

    pub fn release(&self) {
        *self.is_held.lock() = false;
        self.released.notify_one();
    }
}
