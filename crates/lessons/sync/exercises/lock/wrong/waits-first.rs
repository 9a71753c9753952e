// deadlock at alone: it waits before it checks the flag.
impl Lock {
    pub fn acquire(&self) {
        let mut is_held = self.is_held.lock();
        loop {
            is_held = self.released.wait(is_held);
            if !*is_held {
                break;
            }
        }
        *is_held = true;
    }

    pub fn release(&self) {
        *self.is_held.lock() = false;
        self.released.notify_one();
    }
}
