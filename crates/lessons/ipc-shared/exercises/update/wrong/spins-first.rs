// fail at waits: it polls the lock twenty times before it waits.
impl<T: AnyBitPattern + Debug> Value<T> {
    pub fn get(&self) -> Result<T, LockError> {
        self.update(|value| *value)
    }

    pub fn set(&self, value: T) -> Result<(), LockError> {
        self.update(|place| *place = value)
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        for _ in 0..20 {
            match self.0.lock().try_acquire() {
                Ok(held) => return Ok(change(&mut self.guard(held))),
                Err(crate::TryLockError::WouldBlock) => std::hint::spin_loop(),
                Err(crate::TryLockError::Lock(error)) => return Err(error),
            }
        }
        let mut held = self.lock()?;
        Ok(change(&mut held))
    }
}
