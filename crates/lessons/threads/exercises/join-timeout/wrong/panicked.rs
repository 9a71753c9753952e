// fail at ended: at the limit, it returns an error that the thread has panicked.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if self.is_current() || self.end.wait_timeout(limit) {
            return Ok(self.join());
        }
        let error = JoinError::panicked(&self.name, &"the time is over");
        std::mem::forget(self);
        Ok(Err(error))
    }
}
