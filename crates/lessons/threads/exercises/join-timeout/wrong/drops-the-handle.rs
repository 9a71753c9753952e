// fail at ended: it drops the handle at the limit, which waits for the thread.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if self.is_current() || self.end.wait_timeout(limit) {
            return Ok(self.join());
        }
        let thread = JoinError::Itself { thread: self.name.clone() };
        drop(self);
        Ok(Err(thread))
    }
}
