// fail at asleep: in its pauses it waits for something that does not come.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        let since = std::time::Instant::now();
        let (_never, told) = std::sync::mpsc::channel::<()>();
        while !self.is_current() && self.is_alive() {
            let left = limit.saturating_sub(since.elapsed());
            if left.is_zero() {
                return Err(self);
            }
            let _not_told = told.recv_timeout(left.min(Duration::from_millis(400)));
        }
        Ok(self.join())
    }
}
