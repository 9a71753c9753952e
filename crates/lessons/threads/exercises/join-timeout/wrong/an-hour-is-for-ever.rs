// deadlock at in-time: a limit of an hour or more counts as none.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        // So long a limit may not fit into a time.
        if self.is_current() || limit >= Duration::from_secs(3600) {
            return Ok(self.join());
        }
        let until = primitives::Instant::now() + limit;
        while self.is_alive() {
            let left = until.saturating_duration_since(primitives::Instant::now());
            if left.is_zero() {
                return Err(self);
            }
            let _looks_again = self.end.wait_timeout(left);
        }
        Ok(self.join())
    }
}
