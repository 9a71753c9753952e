// fail at alone: the inner release frees the lock.
impl RLock {
    pub fn acquire(&self) {
        let me = current().id();
        let mut held = self.held.lock();
        while held.is_some_and(|(owner, _)| owner != me) {
            held = self.released.wait(held);
        }
        let count = held.map_or(0, |(_, count)| count);
        *held = Some((me, count + 1));
    }

    pub fn release(&self) {
        let mut held = self.held.lock();
        let (owner, _) = held.expect("it is free");
        assert_eq!(owner, current().id(), "another thread has it");
        *held = None;
        self.released.notify_one();
    }
}
