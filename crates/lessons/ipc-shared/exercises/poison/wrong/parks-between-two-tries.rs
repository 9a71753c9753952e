// fail at woken: below the log it polls the mutex, and parks between two tries, so a release does not wake it.
use std::time::Instant;

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
        let pause = Duration::from_millis(250);
        let taken = loop {
            let left = match patience {
                Patience::None => Duration::ZERO,
                Patience::Until(deadline) => deadline.saturating_duration_since(Instant::now()),
                Patience::Forever => pause,
            };
            match self.cell().mutex.lock(Patience::None) {
                Taken::WouldBlock if !left.is_zero() => thread::park_timeout(left.min(pause)),
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
