// fail at inside: it checks again and again instead of waiting.
impl Lock {
    pub fn acquire(&self) {
        while std::mem::replace(&mut *self.is_held.lock(), true) {
            explore::primitives::yield_now();
        }
    }

    pub fn release(&self) {
        *self.is_held.lock() = false;
        self.released.notify_one();
    }
}
