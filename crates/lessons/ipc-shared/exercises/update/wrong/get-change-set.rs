// fail at held: `get`, change, `set`: it takes the lock twice, and changes the value in between.
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
