// right: each call takes the lock, and its guard releases it.
impl<T: AnyBitPattern + Debug> Value<T> {
    pub fn get(&self) -> Result<T, LockError> {
        let held = self.lock()?;
        Ok(*held)
    }

    pub fn set(&self, value: T) -> Result<(), LockError> {
        *self.lock()? = value;
        Ok(())
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        let mut held = self.lock()?;
        let result = change(&mut *held);
        drop(held);
        Ok(result)
    }
}
