// fail at inside: after ten wake-ups it takes the lock away from its owner.
impl RLock {
    pub fn acquire(&self) {
        let me = current().id();
        let mut held = self.held.lock();
        for _ in 0..10 {
            if held.is_none_or(|(owner, _)| owner == me) {
                break;
            }
            held = self.released.wait(held);
        }
        let count = match *held {
            Some((owner, count)) if owner == me => count,
            _ => 0,
        };
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
