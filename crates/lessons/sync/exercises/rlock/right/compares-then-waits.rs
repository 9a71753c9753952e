// right: the owner adds one at once; any other thread waits until there is no owner.
impl RLock {
    pub fn acquire(&self) {
        let mut held = self.held.lock();
        match *held {
            Some((owner, count)) if owner == current().id() => *held = Some((owner, count + 1)),
            _ => {
                while held.is_some() {
                    held = self.released.wait(held);
                }
                *held = Some((current().id(), 1));
            }
        }
    }

    pub fn release(&self) {
        let mut held = self.held.lock();
        match *held {
            Some((owner, 1)) if owner == current().id() => *held = None,
            Some((owner, count)) if owner == current().id() => *held = Some((owner, count - 1)),
            _ => panic!("it is not this thread's"),
        }
        if held.is_none() {
            drop(held);
            self.released.notify_one();
        }
    }
}
