// fail at asks: it waits for the thread's `End`, but wakes two hundred times a second to check.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        let since = primitives::Instant::now();
        while !self.is_current() && self.is_alive() {
            let left = limit.saturating_sub(since.elapsed());
            if left.is_zero() {
                return Err(self);
            }
            let _may_still_run = self.end.wait_timeout(left.min(Duration::from_millis(5)));
        }
        Ok(self.join())
    }
}
