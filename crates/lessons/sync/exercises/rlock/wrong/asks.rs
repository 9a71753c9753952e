// fail at inside: it checks again and again instead of waiting.
impl RLock {
    pub fn acquire(&self) {
        let me = current().id();
        loop {
            let mut held = self.held.lock();
            if held.is_none_or(|(owner, _)| owner == me) {
                let count = held.map_or(0, |(_, count)| count);
                *held = Some((me, count + 1));
                return;
            }
            drop(held);
            explore::primitives::yield_now();
        }
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
