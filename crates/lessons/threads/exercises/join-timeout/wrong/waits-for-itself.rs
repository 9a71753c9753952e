// fail at itself: a thread that joins itself waits for its own end until the limit.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if self.end.wait_timeout(limit) {
            return Ok(self.join());
        }
        Err(self)
    }
}
