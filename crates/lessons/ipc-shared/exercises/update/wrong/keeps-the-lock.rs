// fail at values: it forgets the guard, so the lock stays taken.
impl<T: AnyBitPattern + Debug> Value<T> {
    pub fn get(&self) -> Result<T, LockError> {
        self.lock().map(|held| *held)
    }

    pub fn set(&self, value: T) -> Result<(), LockError> {
        *self.lock()? = value; Ok(())
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        let mut held = self.lock()?; let result = change(&mut held); std::mem::forget(held); Ok(result)
    }
}
