// right: itself, ended already, ended in time, not ended.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if self.is_current() {
            return Ok(self.join());
        }
        if !self.is_alive() {
            return Ok(self.join());
        }
        match self.end.wait_timeout(limit) {
            true => Ok(self.join()),
            false => Err(self),
        }
    }
}
