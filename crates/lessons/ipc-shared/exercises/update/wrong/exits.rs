// crash at values: it ends the process.
impl<T: AnyBitPattern + Debug> Value<T> {
    pub fn get(&self) -> Result<T, LockError> {
        multiprocess::exit_now(0)
    }

    pub fn set(&self, value: T) -> Result<(), LockError> {
        *self.lock()? = value; Ok(())
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        self.lock().map(|mut held| change(&mut held))
    }
}
