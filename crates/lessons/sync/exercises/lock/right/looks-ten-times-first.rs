// right: it tries ten times before each wait, and then it waits.
impl Lock {
    pub fn acquire(&self) {
        loop {
            for _ in 0..10 {
                if !std::mem::replace(&mut *self.is_held.lock(), true) {
                    return;
                }
                std::hint::spin_loop();
            }
            let mut is_held = self.is_held.lock();
            if !*is_held {
                *is_held = true;
                return;
            }
            drop(self.released.wait(is_held));
        }
    }

    pub fn release(&self) {
        *self.is_held.lock() = false;
        self.released.notify_one();
    }
}
