// deadlock at back: it waits without a limit.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        let _ = limit;
        Ok(self.join())
    }
}
