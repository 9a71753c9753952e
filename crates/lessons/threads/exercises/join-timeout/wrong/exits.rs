// refused: it ends the process at the limit.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if !self.end.wait_timeout(limit) {
            std::process::exit(0);
        }
        Ok(self.join())
    }
}
