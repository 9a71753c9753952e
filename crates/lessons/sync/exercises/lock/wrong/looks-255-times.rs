// fail at inside: after 255 wake-ups it takes the lock although another thread has it.
impl Lock {
    pub fn acquire(&self) {
        let mut is_held = self.is_held.lock();
        for _ in 0..u8::MAX {
            if !*is_held {
                break;
            }
            is_held = self.released.wait(is_held);
        }
        *is_held = true;
    }

    pub fn release(&self) {
        *self.is_held.lock() = false;
        self.released.notify_one();
    }
}
