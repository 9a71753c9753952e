// fail at news: it checks once, and does not wait.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        let _ = limit;
        if self.is_current() || !self.is_alive() {
            return Ok(self.join());
        }
        Err(self)
    }
}
