// fail at waits: it checks all the time whether the lock is free.
impl<T: AnyBitPattern + Debug> Value<T> {
    pub fn get(&self) -> Result<T, LockError> {
        self.lock().map(|held| *held)
    }

    pub fn set(&self, value: T) -> Result<(), LockError> {
        self.update(|place| *place = value)
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        let held = loop {
            match self.0.lock().try_acquire() {
                Ok(held) => break held,
                Err(crate::TryLockError::WouldBlock) => std::hint::spin_loop(),
                Err(crate::TryLockError::Lock(error)) => return Err(error),
            }
        };
        let mut guard = self.guard(held);
        Ok(change(&mut guard))
    }
}
