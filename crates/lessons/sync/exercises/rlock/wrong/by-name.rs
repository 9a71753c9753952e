// fail at inside: it identifies the owner by a name that other threads have, too.
impl RLock {
    pub fn acquire(&self) {
        let me = current();
        let mut held = self.held.lock();
        while held.is_some_and(|(owner, _)| owner != me.id() && me.name().is_some()) {
            held = self.released.wait(held);
        }
        let count = held.map_or(0, |(_, count)| count);
        *held = Some((me.id(), count + 1));
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
