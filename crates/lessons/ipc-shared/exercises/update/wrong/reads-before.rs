// fail at once: it reads before it takes the lock for the change, and overwrites changes made in between.
impl<T: AnyBitPattern + Debug> Value<T> {
    pub fn get(&self) -> Result<T, LockError> {
        self.lock().map(|held| *held)
    }

    pub fn set(&self, value: T) -> Result<(), LockError> {
        *self.lock()? = value; Ok(())
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        let mut value = self.get()?; let mut held = self.lock()?; let result = change(&mut value); *held = value; Ok(result)
    }
}
