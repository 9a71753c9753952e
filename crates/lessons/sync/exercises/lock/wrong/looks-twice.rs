// fail at inside: a woken thread checks again, but only once.
impl Lock {
    pub fn acquire(&self) {
        let mut is_held = self.is_held.lock();
        if *is_held {
            is_held = self.released.wait(is_held);
        }
        if *is_held {
            is_held = self.released.wait(is_held);
        }
        *is_held = true;
    }

    pub fn release(&self) {
        *self.is_held.lock() = false;
        self.released.notify_one();
    }
}
