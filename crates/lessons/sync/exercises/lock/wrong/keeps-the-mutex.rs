// deadlock at alone: it uses the mutex as the lock, and never releases it.
impl Lock {
    pub fn acquire(&self) {
        std::mem::forget(self.is_held.lock());
    }

    pub fn release(&self) {
        *self.is_held.lock() = false;
        self.released.notify_one();
    }
}
