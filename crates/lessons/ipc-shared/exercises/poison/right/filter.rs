// right: it makes the guard first, and then checks whether it may return it.
impl Lock {
    pub fn acquire(&self) -> Result<LockGuard<'_>, LockError> {
        let taken = self.take(Patience::Forever);
        let may = taken != Taken::AlreadyHeld;
        may.then_some(()).ok_or(LockError::AlreadyHeld)?;
        self.guard_unless_poisoned()
    }

    pub fn recover(&self) -> Result<LockGuard<'_>, LockError> {
        let taken = self.take(Patience::Forever);
        (taken != Taken::AlreadyHeld).then_some(()).ok_or(LockError::AlreadyHeld)?;
        self.cell().poisoned.store(0, Ordering::Release);
        Ok(LockGuard::new(self))
    }

    fn lock_mutex(&self, patience: Patience) -> Taken {
        let taken = self.cell().mutex.lock(patience);
        if taken == Taken::FromDeadOwner && self.is_poisoned_by_death {
            self.cell().poisoned.store(1, Ordering::Relaxed);
        }
        taken
    }

    fn guard_unless_poisoned(&self) -> Result<LockGuard<'_>, LockError> {
        let is_poisoned = |_: &LockGuard<'_>| self.cell().poisoned.load(Ordering::Acquire) == 1;
        Some(LockGuard::new(self)).filter(|guard| !is_poisoned(guard)).ok_or(LockError::Poisoned)
    }
}
