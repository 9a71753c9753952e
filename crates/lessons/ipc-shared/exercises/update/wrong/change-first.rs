// fail at poisoned: it calls the change even when the lock is refused.
impl<T: AnyBitPattern + Debug> Value<T> {
    pub fn get(&self) -> Result<T, LockError> {
        self.lock().map(|held| *held)
    }

    pub fn set(&self, value: T) -> Result<(), LockError> {
        *self.lock()? = value; Ok(())
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        let mut held = match self.lock() { Ok(held) => held, Err(LockError::Poisoned) => { let mut held = self.recover()?; change(&mut held); return Err(LockError::Poisoned); } Err(error) => return Err(error) }; Ok(change(&mut held))
    }
}
