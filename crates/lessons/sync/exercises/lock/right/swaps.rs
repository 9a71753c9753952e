// right: it stores true and checks the previous value; a release wakes while it holds the mutex.
impl Lock {
    pub fn acquire(&self) {
        let mut is_held = self.is_held.lock();
        while std::mem::replace(&mut *is_held, true) {
            is_held = self.released.wait(is_held);
        }
    }

    pub fn release(&self) {
        let mut is_held = self.is_held.lock();
        *is_held = false;
        self.released.notify_one();
    }
}
