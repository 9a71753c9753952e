// deadlock at back: it treats a limit of zero as no limit.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if limit.is_zero() {
            return Ok(self.join());
        }
        if self.is_current() || self.end.wait_timeout(limit) {
            return Ok(self.join());
        }
        Err(self)
    }
}
