// right: a private method looks and takes, and calls itself after a wait.
impl Lock {
    pub fn acquire(&self) {
        while !self.take_or_sleep() {}
    }

    pub fn release(&self) {
        *self.is_held.lock() = false;
        self.released.notify_one();
    }

    /// Takes the lock if it is free, otherwise sleeps once.
    fn take_or_sleep(&self) -> bool {
        let mut is_held = self.is_held.lock();
        if *is_held {
            drop(self.released.wait(is_held));
            return false;
        }
        *is_held = true;
        true
    }
}
