// fail at all-waiters: it checks for poison before it has the lock, and not again after it has waited.
impl Lock {
    pub fn acquire(&self) -> Result<LockGuard<'_>, LockError> {
        if self.cell().poisoned.load(Ordering::SeqCst) == 1 {
            return Err(LockError::Poisoned);
        }
        match self.take(Patience::Forever) {
            Taken::AlreadyHeld => Err(LockError::AlreadyHeld),
            Taken::FromDeadOwner => self.guard_unless_poisoned(),
            _ => Ok(LockGuard::new(self)),
        }
    }

    pub fn recover(&self) -> Result<LockGuard<'_>, LockError> {
        match self.take(Patience::Forever) {
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
