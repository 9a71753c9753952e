// fail at asleep: it asks all the time.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        let since = std::time::Instant::now();
        while !self.is_current() && self.is_alive() {
            if since.elapsed() >= limit {
                return Err(self);
            }
            std::thread::yield_now();
        }
        Ok(self.join())
    }
}
