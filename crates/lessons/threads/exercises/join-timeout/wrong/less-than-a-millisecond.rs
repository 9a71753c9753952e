// fail at in-time: it does not wait if the limit is shorter than a millisecond.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if self.is_current() || !self.is_alive() {
            return Ok(self.join());
        }
        if limit.as_millis() > 0 && self.end.wait_timeout(limit) {
            return Ok(self.join());
        }
        Err(self)
    }
}
