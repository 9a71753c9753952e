// right: it wakes all threads, and each checks again.
impl Lock {
    pub fn acquire(&self) {
        let mut is_held = self.is_held.lock();
        loop {
            match *is_held {
                true => is_held = self.released.wait(is_held),
                false => break,
            }
        }
        *is_held = true;
    }

    pub fn release(&self) {
        let mut is_held = self.is_held.lock();
        *is_held = false;
        drop(is_held);
        self.released.notify_all();
    }
}
