// right: it matches each result of the mutex, and drops the guard before it returns the error.
impl Lock {
    pub fn acquire(&self) -> Result<LockGuard<'_>, LockError> {
        match self.take(Patience::Forever) {
            Taken::Acquired | Taken::FromDeadOwner => self.guard_unless_poisoned(),
            Taken::AlreadyHeld | Taken::WouldBlock => Err(LockError::AlreadyHeld),
        }
    }

    pub fn recover(&self) -> Result<LockGuard<'_>, LockError> {
        if let Taken::AlreadyHeld = self.take(Patience::Forever) {
            return Err(LockError::AlreadyHeld);
        }
        let guard = LockGuard::new(self);
        self.cell().poisoned.swap(0, Ordering::SeqCst);
        Ok(guard)
    }

    fn lock_mutex(&self, patience: Patience) -> Taken {
        match self.cell().mutex.lock(patience) {
            Taken::FromDeadOwner if self.is_poisoned_by_death => {
                self.cell().poisoned.store(1, Ordering::SeqCst);
                Taken::FromDeadOwner
            }
            other => other,
        }
    }

    fn guard_unless_poisoned(&self) -> Result<LockGuard<'_>, LockError> {
        let guard = LockGuard::new(self);
        if self.cell().poisoned.load(Ordering::SeqCst) != 0 {
            drop(guard);
            return Err(LockError::Poisoned);
        }
        Ok(guard)
    }
}
