// deadlock at two: of all locks, only one thread at a time may wait.
static TURN: Mutex<()> = Mutex::new(());

impl Lock {
    pub fn acquire(&self) {
        let _turn = TURN.lock();
        let mut is_held = self.is_held.lock();
        while *is_held {
            is_held = self.released.wait(is_held);
        }
        *is_held = true;
    }

    pub fn release(&self) {
        *self.is_held.lock() = false;
        self.released.notify_one();
    }
}
