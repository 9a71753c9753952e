// fail at asleep: it asks a hundred times a second.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        let since = std::time::Instant::now();
        while !self.is_current() && self.is_alive() {
            if since.elapsed() >= limit {
                return Err(self);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(self.join())
    }
}
