// deadlock at two: all locks share one condition, so a notify may wake a thread that waits for another lock.
static IS_RELEASED: Condvar = Condvar::new();

impl RLock {
    pub fn acquire(&self) {
        let me = current().id();
        let mut held = self.held.lock();
        while held.is_some_and(|(owner, _)| owner != me) {
            held = IS_RELEASED.wait(held);
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
            IS_RELEASED.notify_one();
        }
    }
}
