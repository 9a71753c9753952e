// fail at held: it releases the lock, and sleeps until it assumes that no other process is at work.
impl<T: AnyBitPattern + Debug> Value<T> {
    pub fn get(&self) -> Result<T, LockError> {
        self.lock().map(|held| *held)
    }

    pub fn set(&self, value: T) -> Result<(), LockError> {
        *self.lock()? = value; Ok(())
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        let mut value = *self.lock()?; std::thread::sleep(std::time::Duration::from_millis(1)); let result = change(&mut value); *self.lock()? = value; Ok(result)
    }
}
