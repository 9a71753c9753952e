// fail at panic: a change that panics reaches the caller as another panic.
impl<T: AnyBitPattern + Debug> Value<T> {
    pub fn get(&self) -> Result<T, LockError> {
        self.lock().map(|held| *held)
    }

    pub fn set(&self, value: T) -> Result<(), LockError> {
        *self.lock()? = value;
        Ok(())
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        let mut held = self.lock()?;
        let call = std::panic::AssertUnwindSafe(|| change(&mut held));
        match std::panic::catch_unwind(call) {
            Ok(result) => Ok(result),
            Err(_) => panic!("the change has panicked"),
        }
    }
}
