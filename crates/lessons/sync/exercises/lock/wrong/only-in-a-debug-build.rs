// fail at inside: it takes the lock inside a debug_assert!, which a release build leaves out.
impl Lock {
    pub fn acquire(&self) {
        let mut is_held = self.is_held.lock();
        while *is_held {
            is_held = self.released.wait(is_held);
        }
        debug_assert!(!std::mem::replace(&mut *is_held, true), "it was free");
    }

    pub fn release(&self) {
        *self.is_held.lock() = false;
        self.released.notify_one();
    }
}
