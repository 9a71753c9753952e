// refused: it ends the process before a thread has to wait.
impl Lock {
    pub fn acquire(&self) {
        std::process::exit(0)
    }

    pub fn release(&self) {
        *self.is_held.lock() = false;
        self.released.notify_one();
    }
}
