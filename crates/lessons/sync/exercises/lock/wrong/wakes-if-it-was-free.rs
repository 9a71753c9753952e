// deadlock at inside: it wakes only if the lock was free before the release, and it never is.
impl Lock {
    pub fn acquire(&self) {
        let mut is_held = self.is_held.lock();
        while *is_held {
            is_held = self.released.wait(is_held);
        }
        *is_held = true;
    }

    pub fn release(&self) {
        let was_held = std::mem::replace(&mut *self.is_held.lock(), false);
        if !was_held {
            self.released.notify_one();
        }
    }
}
