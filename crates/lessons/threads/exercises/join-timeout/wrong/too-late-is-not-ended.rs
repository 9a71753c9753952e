// fail at late: woken after its limit, it returns the handle, though the thread ended in time.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if self.is_current() || !self.is_alive() {
            return Ok(self.join());
        }
        let since = primitives::Instant::now();
        if self.end.wait_timeout(limit) && since.elapsed() <= limit {
            return Ok(self.join());
        }
        Err(self)
    }
}
