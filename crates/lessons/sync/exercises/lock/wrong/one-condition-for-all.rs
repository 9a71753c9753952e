// deadlock at two: all locks share one condition, so a notify may wake a thread that waits for another lock.
static IS_RELEASED: Condvar = Condvar::new();

impl Lock {
    pub fn acquire(&self) {
        let mut is_held = self.is_held.lock();
        while *is_held {
            is_held = IS_RELEASED.wait(is_held);
        }
        *is_held = true;
    }

    pub fn release(&self) {
        *self.is_held.lock() = false;
        IS_RELEASED.notify_one();
    }
}
