// fail at two: a thread knows its locks by their address, where there may be another lock later.
use std::cell::RefCell;
use std::collections::BTreeMap;

explore::primitives::thread_local! {
    static TAKEN: RefCell<BTreeMap<usize, usize>> = const { RefCell::new(BTreeMap::new()) };
}

/// Changes how often this thread has taken the lock.
fn with_times<R>(lock: &RLock, change: impl FnOnce(&mut usize) -> R) -> R {
    let address = std::ptr::from_ref(lock).addr();
    TAKEN.with(|taken| change(taken.borrow_mut().entry(address).or_default()))
}

impl RLock {
    pub fn acquire(&self) {
        let times = with_times(self, |times| {
            *times += 1;
            *times
        });
        if times > 1 {
            return;
        }
        let mut held = self.held.lock();
        while held.is_some() {
            held = self.released.wait(held);
        }
        *held = Some((current().id(), 1));
    }

    pub fn release(&self) {
        let left = with_times(self, |times| {
            assert!(*times > 0, "this thread does not have it");
            *times -= 1;
            *times
        });
        if left == 0 {
            *self.held.lock() = None;
            self.released.notify_one();
        }
    }
}
