// fail at in-time: it waits for at most a month.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        const MONTH: Duration = Duration::from_secs(30 * 24 * 3600);
        if self.is_current() || self.end.wait_timeout(limit.min(MONTH)) {
            return Ok(self.join());
        }
        Err(self)
    }
}
