// right: a woken thread starts again from the beginning.
impl Lock {
    pub fn acquire(&self) {
        let mut is_held = self.is_held.lock();
        if *is_held {
            drop(self.released.wait(is_held));
            return self.acquire();
        }
        *is_held = true;
    }

    pub fn release(&self) {
        *self.is_held.lock() = false;
        self.released.notify_one();
    }
}
