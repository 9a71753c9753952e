// fail at in-time: it counts in whole milliseconds, and gives up before its limit.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        let millis = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        if self.is_current() || self.end.wait_timeout(Duration::from_millis(millis)) {
            return Ok(self.join());
        }
        Err(self)
    }
}
