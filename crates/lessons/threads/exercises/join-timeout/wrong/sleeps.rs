// fail at news: it sleeps for the whole limit, and checks only then.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if self.is_current() || !self.is_alive() {
            return Ok(self.join());
        }
        primitives::sleep(limit);
        if self.is_alive() { Err(self) } else { Ok(self.join()) }
    }
}
