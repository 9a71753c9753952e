// fail at news: it checks twenty times and sleeps in between, and only then waits.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        let pause = Duration::from_millis(50);
        let since = primitives::Instant::now();
        for _ in 0..20 {
            if self.is_current() || !self.is_alive() {
                return Ok(self.join());
            }
            let left = limit.saturating_sub(since.elapsed());
            if left.is_zero() {
                return Err(self);
            }
            primitives::sleep(left.min(pause));
        }
        let left = limit.saturating_sub(since.elapsed());
        if self.end.wait_timeout(left) {
            return Ok(self.join());
        }
        Err(self)
    }
}
