// fail at news: it sleeps for a quarter of a second between two checks.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        let since = primitives::Instant::now();
        while !self.is_current() && self.is_alive() {
            let left = limit.saturating_sub(since.elapsed());
            if left.is_zero() {
                return Err(self);
            }
            primitives::sleep(left.min(Duration::from_millis(250)));
        }
        Ok(self.join())
    }
}
