// fail at owner-dies: it looks for poison before it waits, and takes the lock by `recover` after a wait.
use crate::TryLockError;

fn taken<T: AnyBitPattern + Debug>(value: &Value<T>) -> Result<ValueGuard<'_, T>, LockError> {
    match value.0.lock().try_acquire() {
        Ok(held) => Ok(value.guard(held)),
        Err(TryLockError::Lock(error)) => Err(error),
        // It is not poisoned: wait until it is free.
        Err(TryLockError::WouldBlock) => value.recover(),
    }
}

impl<T: AnyBitPattern + Debug> Value<T> {
    pub fn get(&self) -> Result<T, LockError> {
        Ok(*taken(self)?)
    }

    pub fn set(&self, value: T) -> Result<(), LockError> {
        *taken(self)? = value;
        Ok(())
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        let mut held = taken(self)?;
        Ok(change(&mut held))
    }
}
