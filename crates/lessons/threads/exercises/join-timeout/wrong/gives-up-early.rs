// fail at in-time: it waits for at most a second.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if self.is_current() || self.end.wait_timeout(limit.min(Duration::from_secs(1))) {
            return Ok(self.join());
        }
        Err(self)
    }
}
