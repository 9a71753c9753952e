// fail at waits: with a limit, it polls until the limit is over.
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
        let taken = loop {
            let longest = match patience {
                Patience::Until(_) => Patience::None,
                other => other,
            };
            match self.cell().mutex.lock(longest) {
                Taken::WouldBlock if !patience.is_over() => thread::yield_now(),
                taken => break taken,
            }
        };
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
