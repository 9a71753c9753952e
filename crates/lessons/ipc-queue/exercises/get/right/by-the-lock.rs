// right: it takes the lock itself, with the call that fits the patience.
use ipc_shared::{LockGuard, TryLockError};

fn turn(lock: &Lock, patience: Patience) -> Result<LockGuard<'_>, TryLockError> {
    match patience {
        Patience::None => lock.try_acquire(),
        Patience::Forever => lock.acquire().map_err(TryLockError::Lock),
        Patience::Until(end) => {
            lock.acquire_timeout(end.saturating_duration_since(std::time::Instant::now()))
        }
    }
}

impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let _turn = turn(&self.lock, patience)?;
        match self.reader.peek(patience)? {
            Ok(item) => {
                look(&item);
                self.reader.remove();
                Ok(item)
            }
            Err(error) => {
                self.reader.remove();
                Err(GetError::Decode(error))
            }
        }
    }
}
