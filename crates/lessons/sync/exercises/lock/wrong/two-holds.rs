// fail at inside: it looks in one hold of the mutex and takes in another.
impl Lock {
    pub fn acquire(&self) {
        let mut is_held = self.is_held.lock();
        while *is_held {
            is_held = self.released.wait(is_held);
        }
        drop(is_held);
        *self.is_held.lock() = true;
    }

    pub fn release(&self) {
        *self.is_held.lock() = false;
        self.released.notify_one();
    }
}
