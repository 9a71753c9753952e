// right: one loop takes the lock when it can; each release wakes all threads, which check again.
fn take(held: &mut Option<(ThreadId, usize)>) -> bool {
    let me = current().id();
    let (owner, count) = held.unwrap_or((me, 0));
    if owner == me {
        *held = Some((me, count + 1));
    }
    owner == me
}

impl RLock {
    pub fn acquire(&self) {
        let mut held = self.held.lock();
        while !take(&mut held) {
            held = self.released.wait(held);
        }
    }

    pub fn release(&self) {
        let mut held = self.held.lock();
        let Some((owner, count)) = *held else {
            panic!("it is free");
        };
        assert!(owner == current().id(), "another thread has it");
        *held = (count > 1).then(|| (owner, count - 1));
        self.released.notify_all();
    }
}
