// fail at inside: it waits with a time limit, again and again.
impl RLock {
    pub fn acquire(&self) {
        let me = current().id();
        let mut held = self.held.lock();
        loop {
            if held.is_none_or(|(owner, _)| owner == me) {
                let count = held.map_or(0, |(_, count)| count);
                *held = Some((me, count + 1));
                return;
            }
            let a_while = std::time::Duration::from_millis(100);
            (held, _) = self.released.wait_timeout(held, a_while);
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
