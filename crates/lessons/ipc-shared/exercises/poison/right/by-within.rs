// right: `acquire` calls the function with a limit, and waits forever.
impl Lock {
    pub fn acquire(&self) -> Result<LockGuard<'_>, LockError> {
        self.acquire_within(Patience::Forever).map_err(|error| match error {
            TryLockError::Lock(error) => error,
            error => unreachable!("without a limit: {error}"),
        })
    }

    pub fn recover(&self) -> Result<LockGuard<'_>, LockError> {
        if self.take(Patience::Forever) == Taken::AlreadyHeld {
            return Err(LockError::AlreadyHeld);
        }
        let guard = LockGuard::new(self);
        let _was = self.cell().poisoned.compare_exchange(1, 0, Ordering::AcqRel, Ordering::Relaxed);
        Ok(guard)
    }

    fn lock_mutex(&self, patience: Patience) -> Taken {
        let taken = self.cell().mutex.lock(patience);
        if taken == Taken::FromDeadOwner {
            self.cell().poisoned.store(1, Ordering::Release);
        }
        taken
    }

    fn guard_unless_poisoned(&self) -> Result<LockGuard<'_>, LockError> {
        let guard = LockGuard::new(self);
        let is_poisoned = self.is_poisoned_by_death && self.cell().poisoned.load(Ordering::Acquire) != 0;
        if is_poisoned { Err(LockError::Poisoned) } else { Ok(guard) }
    }
}
