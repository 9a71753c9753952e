// right: a thread that is woken calls the same function again, however often.
use explore::primitives::MutexGuard;
fn take_it<'a>(lock: &'a RLock, me: ThreadId, mut held: MutexGuard<'a, Option<(ThreadId, usize)>>) {
    match *held {
        None => *held = Some((me, 1)),
        Some((owner, n)) if owner == me => *held = Some((me, n + 1)),
        Some(_) => {
            let held = lock.released.wait(held);
            take_it(lock, me, held)
        }
    }
}
impl RLock {
    pub fn acquire(&self) {
        take_it(self, current().id(), self.held.lock());
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
