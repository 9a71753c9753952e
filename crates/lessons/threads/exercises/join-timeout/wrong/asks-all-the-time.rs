// fail at news: it checks all the time.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        let since = primitives::Instant::now();
        while !self.is_current() && self.is_alive() {
            let left = limit.saturating_sub(since.elapsed());
            if left.is_zero() {
                return Err(self);
            }
            primitives::yield_now();
        }
        Ok(self.join())
    }
}
