// fail at news: it computes the moment of its limit, which is too far away.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        let until = primitives::Instant::now() + limit;
        if self.is_current() {
            return Ok(self.join());
        }
        let left = until.saturating_duration_since(primitives::Instant::now());
        if self.end.wait_timeout(left) { Ok(self.join()) } else { Err(self) }
    }
}
