// fail at asks: a limit that cannot be added to a time counts as an hour.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        let now = primitives::Instant::now();
        let until = now.checked_add(limit).unwrap_or(now + Duration::from_secs(3600));
        let left = until.saturating_duration_since(primitives::Instant::now());
        if self.is_current() || self.end.wait_timeout(left) {
            return Ok(self.join());
        }
        Err(self)
    }
}
