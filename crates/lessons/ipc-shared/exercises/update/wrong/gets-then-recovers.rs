// fail at once: it checks with `get` whether the lock is poisoned, and then takes it with `recover`.
impl<T: AnyBitPattern + Debug> Value<T> {
    pub fn get(&self) -> Result<T, LockError> {
        Ok(*self.lock()?)
    }

    pub fn set(&self, value: T) -> Result<(), LockError> {
        self.get()?;
        *self.recover()? = value;
        Ok(())
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        self.get()?;
        let mut held = self.recover()?;
        Ok(change(&mut held))
    }
}
