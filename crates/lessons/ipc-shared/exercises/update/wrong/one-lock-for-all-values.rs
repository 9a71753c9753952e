// deadlock at held: the calls of all values take one lock of the process, so a change cannot update another value.
use std::sync::{Mutex, MutexGuard, PoisonError};

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T: AnyBitPattern + Debug> Value<T> {
    pub fn get(&self) -> Result<T, LockError> {
        let _alone = alone();
        Ok(*self.lock()?)
    }

    pub fn set(&self, value: T) -> Result<(), LockError> {
        let _alone = alone();
        *self.lock()? = value;
        Ok(())
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, LockError> {
        let _alone = alone();
        let mut held = self.lock()?;
        Ok(change(&mut held))
    }
}
