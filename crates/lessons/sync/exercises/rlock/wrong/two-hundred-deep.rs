// fail at alone: its owner can take it two hundred times at most.
impl RLock {
    pub fn acquire(&self) {
        let me = current().id();
        let mut held = self.held.lock();
        while held.is_some_and(|(owner, _)| owner != me) {
            held = self.released.wait(held);
        }
        let count = held.map_or(0, |(_, count)| count);
        assert!(count < 200, "this recursion has no end");
        *held = Some((me, count + 1));
    }

    pub fn release(&self) {
        let mut held = self.held.lock();
        let (owner, count) = held.expect("this lock is free: nothing to release");
        assert_eq!(owner, current().id(), "another thread has it");
        if count > 1 {
            *held = Some((owner, count - 1));
        } else {
            *held = None;
            drop(held);
            self.released.notify_one();
        }
    }
}
