// right: it changes a copy and writes it back, all under one guard.
fn changed<T: Copy, R>(mut value: T, change: impl FnOnce(&mut T) -> R) -> (T, R) {
    let result = change(&mut value);
    (value, result)
}

impl<T: AnyBitPattern + Debug> Value<T> {
    pub fn get(&self) -> Result<T, LockError> {
        match self.lock() {
            Ok(held) => Ok(*held),
            Err(error) => Err(error),
        }
    }

    pub fn set(&self, value: T) -> Result<(), LockError> {
        let mut held = self.lock()?;
        let _before = std::mem::replace(&mut *held, value);
        Ok(())
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        let mut held = self.lock()?;
        let (value, result) = changed(*held, change);
        *held = value;
        Ok(result)
    }
}
