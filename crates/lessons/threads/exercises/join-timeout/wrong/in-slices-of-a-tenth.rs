// fail at asks: it waits for the thread's `End`, but wakes ten times a second to check.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if self.is_current() {
            return Ok(self.join());
        }
        let since = primitives::Instant::now();
        loop {
            let left = limit.saturating_sub(since.elapsed());
            if self.end.wait_timeout(left.min(Duration::from_millis(100))) {
                return Ok(self.join());
            }
            if since.elapsed() >= limit {
                return Err(self);
            }
        }
    }
}
