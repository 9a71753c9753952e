// deadlock at inside: it wakes a thread, and only then frees the lock.
impl Lock {
    pub fn acquire(&self) {
        let mut is_held = self.is_held.lock();
        while *is_held {
            is_held = self.released.wait(is_held);
        }
        *is_held = true;
    }

    pub fn release(&self) {
        self.released.notify_one();
        *self.is_held.lock() = false;
    }
}
