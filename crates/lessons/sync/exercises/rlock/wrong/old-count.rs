// deadlock at inside: it continues the count of the previous owner.
impl RLock {
    pub fn acquire(&self) {
        let me = current().id();
        let mut held = self.held.lock();
        let count = held.map_or(0, |(_, count)| count);
        while held.is_some_and(|(owner, _)| owner != me) {
            held = self.released.wait(held);
        }
        *held = Some((me, count + 1));
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
