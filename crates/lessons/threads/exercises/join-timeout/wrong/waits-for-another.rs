// deadlock at news: in its pauses, it waits for a notification that never comes.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        let never = (primitives::Mutex::new(()), primitives::Condvar::new());
        let since = primitives::Instant::now();
        while !self.is_current() && self.is_alive() {
            let left = limit.saturating_sub(since.elapsed());
            if left.is_zero() {
                return Err(self);
            }
            let _not_told = never.1.wait_timeout(never.0.lock(), left.min(Duration::from_millis(400)));
        }
        Ok(self.join())
    }
}
