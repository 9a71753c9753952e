// refused: it sleeps by a clock that the explorer does not control.
impl Lock {
    pub fn acquire(&self) {
        while std::mem::replace(&mut *self.is_held.lock(), true) {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }

    pub fn release(&self) {
        *self.is_held.lock() = false;
        self.released.notify_one();
    }
}
