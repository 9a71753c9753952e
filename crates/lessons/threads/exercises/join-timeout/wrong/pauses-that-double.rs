// fail at asks: it waits for the thread's `End` with limits that double, from a millisecond on.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        let since = primitives::Instant::now();
        let mut pause = Duration::from_millis(1);
        while !self.is_current() && self.is_alive() {
            let left = limit.saturating_sub(since.elapsed());
            if left.is_zero() {
                return Err(self);
            }
            let _may_still_run = self.end.wait_timeout(left.min(pause));
            pause = pause.saturating_mul(2);
        }
        Ok(self.join())
    }
}
