// fail at waits: `get` tries again and again to take the lock.
impl<T: AnyBitPattern + Debug> Value<T> {
    pub fn get(&self) -> Result<T, LockError> {
        loop {
            match self.0.lock().try_acquire() {
                Ok(held) => return Ok(*self.guard(held)),
                Err(crate::TryLockError::Lock(error)) => return Err(error),
                Err(_) => std::thread::yield_now(),
            }
        }
    }

    pub fn set(&self, value: T) -> Result<(), LockError> {
        self.update(|place| *place = value)
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        self.lock().map(|mut held| change(&mut held))
    }
}
