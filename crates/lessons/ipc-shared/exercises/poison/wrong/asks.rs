// timeout at died: it takes the lock again and again until it is not poisoned any more.
impl Lock {
    pub fn acquire(&self) -> Result<LockGuard<'_>, LockError> {
        loop {
            match self.take(Patience::Forever) {
                Taken::AlreadyHeld => return Err(LockError::AlreadyHeld),
                _ => match self.guard_unless_poisoned() {
                    Ok(guard) => return Ok(guard),
                    Err(_) => std::thread::sleep(Duration::from_millis(1)),
                },
            }
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
