// fail at no-gap: it takes a mutex that another process holds for a proof that its owner lives.
impl Lock {
    pub fn acquire(&self) -> Result<LockGuard<'_>, LockError> {
        match self.take(Patience::Forever) {
            Taken::AlreadyHeld => Err(LockError::AlreadyHeld),
            _ => self.guard_unless_poisoned(),
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
        match taken {
            Taken::FromDeadOwner if self.is_poisoned_by_death => {
                self.cell().poisoned.store(1, Ordering::SeqCst);
            }
            Taken::WouldBlock => self.cell().poisoned.store(0, Ordering::SeqCst),
            _ => {}
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
