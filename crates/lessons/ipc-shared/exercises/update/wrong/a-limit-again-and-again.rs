// fail at waits: it waits with a time limit, again and again.
impl<T: AnyBitPattern + Debug> Value<T> {
    pub fn get(&self) -> Result<T, LockError> {
        self.lock().map(|held| *held)
    }

    pub fn set(&self, value: T) -> Result<(), LockError> {
        self.update(|place| *place = value)
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        let held = loop {
            match self.0.lock().acquire_timeout(std::time::Duration::from_millis(700)) {
                Ok(held) => break held,
                Err(crate::TryLockError::WouldBlock) => {},
                Err(crate::TryLockError::Lock(error)) => return Err(error),
            }
        };
        let mut guard = self.guard(held);
        Ok(change(&mut guard))
    }
}
