// fail at woken: it tries three times, with a pause after each, before it waits.
fn taken_after_a_while(lock: &Lock) -> Taken {
    for _ in 0..3 {
        match lock.take(Patience::None) {
            Taken::WouldBlock => thread::sleep(Duration::from_millis(60)),
            taken => return taken,
        }
    }
    lock.take(Patience::Forever)
}

impl Lock {
    pub fn acquire(&self) -> Result<LockGuard<'_>, LockError> {
        match taken_after_a_while(self) {
            Taken::AlreadyHeld => Err(LockError::AlreadyHeld),
            _ => self.guard_unless_poisoned(),
        }
    }

    pub fn recover(&self) -> Result<LockGuard<'_>, LockError> {
        match taken_after_a_while(self) {
            Taken::AlreadyHeld => Err(LockError::AlreadyHeld),
            _ => {
                self.cell().poisoned.store(0, Ordering::Relaxed);
                Ok(LockGuard::new(self))
            }
        }
    }

    fn lock_mutex(&self, patience: Patience) -> Taken {
        let taken = self.cell().mutex.lock(patience);
        if taken == Taken::FromDeadOwner && self.is_poisoned_by_death {
            self.cell().poisoned.store(1, Ordering::Relaxed);
        }
        taken
    }

    fn guard_unless_poisoned(&self) -> Result<LockGuard<'_>, LockError> {
        let guard = LockGuard::new(self);
        match self.cell().poisoned.load(Ordering::Relaxed) {
            0 => Ok(guard),
            _ => Err(LockError::Poisoned),
        }
    }
}
