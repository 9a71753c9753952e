// fail at woken: it parks for a second between two looks, too seldom to be counted.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        let since = std::time::Instant::now();
        while !self.is_current() && self.is_alive() {
            let left = limit.saturating_sub(since.elapsed());
            if left.is_zero() {
                return Err(self);
            }
            std::thread::park_timeout(left.min(Duration::from_secs(1)));
        }
        Ok(self.join())
    }
}
