// fail at poisoned: `set` cannot take the lock, but returns `Ok`.
impl<T: AnyBitPattern + Debug> Value<T> {
    pub fn get(&self) -> Result<T, LockError> {
        self.lock().map(|held| *held)
    }

    pub fn set(&self, value: T) -> Result<(), LockError> {
        if let Ok(mut held) = self.lock() { *held = value; } Ok(())
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        self.lock().map(|mut held| change(&mut held))
    }
}
