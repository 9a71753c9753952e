// deadlock at alone: it waits while any thread has the lock, even the calling thread.
impl RLock {
    pub fn acquire(&self) {
        let mut held = self.held.lock();
        while held.is_some() {
            held = self.released.wait(held);
        }
        *held = Some((current().id(), 1));
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
