// fail at inside: after a day it takes the lock away from its owner.
impl RLock {
    pub fn acquire(&self) {
        let me = current().id();
        let mut held = self.held.lock();
        while held.is_some_and(|(owner, _)| owner != me) {
            let a_day = std::time::Duration::from_secs(24 * 3600);
            let (again, is_over) = self.released.wait_timeout(held, a_day);
            held = again;
            if is_over {
                *held = None;
            }
        }
        let count = held.map_or(0, |(_, count)| count);
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
