// fail at held: `get`, change, `set`: two holds of the lock, and the change between them.
impl<T: AnyBitPattern + Debug> Value<T> {
    pub fn get(&self) -> Result<T, LockError> {
        self.lock().map(|held| *held)
    }

    pub fn set(&self, value: T) -> Result<(), LockError> {
        *self.lock()? = value; Ok(())
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        let mut value = self.get()?; let result = change(&mut value); self.set(value)?; Ok(result)
    }
}
