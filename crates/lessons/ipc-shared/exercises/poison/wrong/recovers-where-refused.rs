// fail at forgotten: where the call is refused, it removes the poison all the same: without owning the mutex.
impl Lock {
    pub fn acquire(&self) -> Result<LockGuard<'_>, LockError> {
        match self.take(Patience::Forever) {
            Taken::AlreadyHeld => Err(LockError::AlreadyHeld),
            _ => self.guard_unless_poisoned(),
        }
    }

    pub fn recover(&self) -> Result<LockGuard<'_>, LockError> {
        let taken = self.take(Patience::Forever);
        self.cell().poisoned.store(0, Ordering::SeqCst);
        match taken {
            Taken::AlreadyHeld => Err(LockError::AlreadyHeld),
            _ => Ok(LockGuard::new(self)),
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
