// fail at news: it sleeps for a while before it waits.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if self.is_current() || !self.is_alive() {
            return Ok(self.join());
        }
        let since = primitives::Instant::now();
        // Most threads end soon.
        primitives::sleep(limit.min(Duration::from_millis(50)));
        let left = limit.saturating_sub(since.elapsed());
        if self.end.wait_timeout(left) {
            return Ok(self.join());
        }
        Err(self)
    }
}
