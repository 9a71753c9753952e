// fail at in-time: it waits for its limit, and then once more.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if self.is_current() || self.end.wait_timeout(limit) || self.end.wait_timeout(limit) {
            return Ok(self.join());
        }
        Err(self)
    }
}
