// fail at asleep: it asks some times a second, too seldom to be counted.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        let since = std::time::Instant::now();
        while !self.is_current() && self.is_alive() {
            let left = limit.saturating_sub(since.elapsed());
            if left.is_zero() {
                return Err(self);
            }
            std::thread::sleep(left.min(Duration::from_millis(400)));
        }
        Ok(self.join())
    }
}
