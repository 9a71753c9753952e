// fail at not-its: a thread that has any lock can release every other one.
use std::cell::Cell;

explore::primitives::thread_local! {
    static HAS: Cell<usize> = const { Cell::new(0) };
}

impl RLock {
    pub fn acquire(&self) {
        let me = current().id();
        let mut held = self.held.lock();
        while held.is_some_and(|(owner, _)| owner != me) {
            held = self.released.wait(held);
        }
        let count = held.map_or(0, |(_, count)| count);
        *held = Some((me, count + 1));
        HAS.with(|has| has.set(has.get() + 1));
    }

    pub fn release(&self) {
        let has = HAS.with(|has| has.get());
        assert!(has > 0, "this thread has no lock");
        HAS.with(|it| it.set(has - 1));
        let mut held = self.held.lock();
        match *held {
            Some((owner, count)) if count > 1 => *held = Some((owner, count - 1)),
            _ => {
                *held = None;
                drop(held);
                self.released.notify_one();
            }
        }
    }
}
