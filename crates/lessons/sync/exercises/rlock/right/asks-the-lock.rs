// right: it reads the owner and the count in holds of their own: only the owner changes them while it has the lock.
fn owner_of(lock: &RLock) -> Option<ThreadId> {
    lock.held.lock().map(|(owner, _)| owner)
}

fn count_of(lock: &RLock) -> usize {
    lock.held.lock().map_or(0, |(_, count)| count)
}

fn set_count(lock: &RLock, count: usize) {
    *lock.held.lock() = (count > 0).then(|| (current().id(), count));
}

impl RLock {
    pub fn acquire(&self) {
        let me = current().id();
        if owner_of(self) == Some(me) {
            let count = count_of(self);
            set_count(self, count + 1);
            return;
        }
        let mut held = self.held.lock();
        while held.is_some() {
            held = self.released.wait(held);
        }
        *held = Some((me, 1));
    }

    pub fn release(&self) {
        assert!(owner_of(self) == Some(current().id()), "this thread does not have it");
        let left = count_of(self) - 1;
        set_count(self, left);
        if left == 0 {
            self.released.notify_one();
        }
    }
}
