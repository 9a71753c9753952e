// refused: it sleeps between two checks, by a clock that the explorer does not control.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        let since = primitives::Instant::now();
        while !self.is_current() && self.is_alive() {
            let left = limit.saturating_sub(since.elapsed());
            if left.is_zero() {
                return Err(self);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(self.join())
    }
}
