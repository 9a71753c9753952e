// right: a thread can check beforehand whether it owns the lock, because only it can change this.
impl RLock {
    pub fn acquire(&self) {
        let me = current().id();
        let is_mine = self.held.lock().is_some_and(|(owner, _)| owner == me);
        let mut held = self.held.lock();
        if is_mine {
            *held = held.map(|(owner, count)| (owner, count + 1));
            return;
        }
        loop {
            match *held {
                None => break,
                Some(_) => held = self.released.wait(held),
            }
        }
        *held = Some((me, 1));
    }

    pub fn release(&self) {
        let me = current().id();
        let is_mine = self.held.lock().is_some_and(|(owner, _)| owner == me);
        assert!(is_mine);
        let mut held = self.held.lock();
        let left = held.map_or(0, |(_, count)| count - 1);
        *held = (left > 0).then_some((me, left));
        drop(held);
        if left == 0 {
            self.released.notify_one();
        }
    }
}
