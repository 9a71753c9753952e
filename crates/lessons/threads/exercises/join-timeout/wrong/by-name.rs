// deadlock at itself: it takes another thread of the same name for itself, and waits for it without a limit.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if current().name() == Some(&self.name) || self.end.wait_timeout(limit) {
            return Ok(self.join());
        }
        Err(self)
    }
}
