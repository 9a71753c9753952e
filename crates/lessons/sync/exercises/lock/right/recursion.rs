// right: a thread that is woken calls the same function again, however often.
use explore::primitives::MutexGuard;
fn take_it<'a>(lock: &'a Lock, mut held: MutexGuard<'a, bool>) {
    if !*held {
        *held = true;
        return;
    }
    let held = lock.released.wait(held);
    take_it(lock, held);
}
impl Lock {
    pub fn acquire(&self) {
        take_it(self, self.is_held.lock());
    }

    pub fn release(&self) {
        let mut guard = self.is_held.lock();
        *guard = false;
        drop(guard);
        self.released.notify_one();
    }
}
