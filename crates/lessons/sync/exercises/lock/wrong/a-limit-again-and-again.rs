// fail at inside: it waits with a time limit, again and again.
impl Lock {
    pub fn acquire(&self) {
        let mut is_held = self.is_held.lock();
        while *is_held {
            let a_while = std::time::Duration::from_millis(100);
            (is_held, _) = self.released.wait_timeout(is_held, a_while);
        }
        *is_held = true;
    }

    pub fn release(&self) {
        *self.is_held.lock() = false;
        self.released.notify_one();
    }
}
