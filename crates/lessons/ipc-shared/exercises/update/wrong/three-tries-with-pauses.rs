// fail at waits: it tries three times, with a pause after each, before it waits.
use crate::TryLockError;

fn patiently<T: AnyBitPattern + Debug>(value: &Value<T>) -> Result<ValueGuard<'_, T>, LockError> {
    for _ in 0..3 {
        match value.0.lock().try_acquire() {
            Ok(held) => return Ok(value.guard(held)),
            Err(TryLockError::Lock(error)) => return Err(error),
            Err(TryLockError::WouldBlock) => {
                std::thread::sleep(std::time::Duration::from_millis(60));
            }
        }
    }
    value.lock()
}

impl<T: AnyBitPattern + Debug> Value<T> {
    pub fn get(&self) -> Result<T, LockError> {
        Ok(*patiently(self)?)
    }

    pub fn set(&self, value: T) -> Result<(), LockError> {
        *patiently(self)? = value;
        Ok(())
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        let mut held = patiently(self)?;
        Ok(change(&mut held))
    }
}
