// fail at woken: it parks between two looks, longer each time.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        let since = std::time::Instant::now();
        let mut pause = Duration::from_millis(50);
        while !self.is_current() && self.is_alive() {
            let left = limit.saturating_sub(since.elapsed());
            if left.is_zero() {
                return Err(self);
            }
            std::thread::park_timeout(left.min(pause));
            pause *= 3;
        }
        Ok(self.join())
    }
}
