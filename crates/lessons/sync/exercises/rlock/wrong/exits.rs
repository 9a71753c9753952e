// refused: it ends the process before a thread has to wait.
impl RLock {
    pub fn acquire(&self) {
        std::process::exit(0)
    }

    pub fn release(&self) {
        let mut held = self.held.lock();
        let (owner, count) = held.expect("it is free");
        assert_eq!(owner, current().id(), "another thread has it");
        if count > 1 {
            *held = Some((owner, count - 1));
        } else {
            *held = None;
            self.released.notify_one();
        }
    }
}
