// deadlock at two: of all locks, only one thread at a time may wait.
static TURN: Mutex<()> = Mutex::new(());

impl RLock {
    pub fn acquire(&self) {
        let me = current().id();
        if let Some((owner, count)) = &mut *self.held.lock()
            && *owner == me
        {
            *count += 1;
            return;
        }
        let _turn = TURN.lock();
        let mut held = self.held.lock();
        while held.is_some() {
            held = self.released.wait(held);
        }
        *held = Some((me, 1));
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
