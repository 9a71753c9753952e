// fail at stays: it records the poison only in this process and in those that it forks later.
use std::collections::BTreeSet;
use std::sync::Mutex;

static POISONED: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());

fn place(lock: &Lock) -> usize {
    lock.cell.as_ptr() as usize
}

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
                POISONED.lock().unwrap().remove(&place(self));
                Ok(LockGuard::new(self))
            }
        }
    }

    fn lock_mutex(&self, patience: Patience) -> Taken {
        let taken = self.cell().mutex.lock(patience);
        if taken == Taken::FromDeadOwner && self.is_poisoned_by_death {
            POISONED.lock().unwrap().insert(place(self));
        }
        taken
    }

    fn guard_unless_poisoned(&self) -> Result<LockGuard<'_>, LockError> {
        let guard = LockGuard::new(self);
        if POISONED.lock().unwrap().contains(&place(self)) {
            return Err(LockError::Poisoned);
        }
        Ok(guard)
    }
}
