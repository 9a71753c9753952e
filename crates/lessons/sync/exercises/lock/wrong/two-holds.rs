// fail at inside: it checks under the mutex, releases it, and takes the mutex again to set the flag.
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
