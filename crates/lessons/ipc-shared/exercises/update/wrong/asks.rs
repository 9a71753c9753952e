// timeout at twice: it tries again until it gets the lock, even while it holds the lock itself.
impl<T: AnyBitPattern + Debug> Value<T> {
    pub fn get(&self) -> Result<T, LockError> {
        self.lock().map(|held| *held)
    }

    pub fn set(&self, value: T) -> Result<(), LockError> {
        *self.lock()? = value; Ok(())
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        loop { match self.lock() { Ok(mut held) => return Ok(change(&mut held)), Err(LockError::Poisoned) => return Err(LockError::Poisoned), Err(_) => std::thread::sleep(std::time::Duration::from_millis(1)) } }
    }
}
