// fail at inside: it is free after the inner release, and what comes after is no matter.
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
        *held = None;
        self.released.notify_one();
    }
}
