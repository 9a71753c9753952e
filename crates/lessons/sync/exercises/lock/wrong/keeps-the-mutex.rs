// deadlock at alone: the mutex is the lock, and is never given back.
impl Lock {
    pub fn acquire(&self) {
        std::mem::forget(self.is_held.lock());
    }

    pub fn release(&self) {
        *self.is_held.lock() = false;
        self.released.notify_one();
    }
}
