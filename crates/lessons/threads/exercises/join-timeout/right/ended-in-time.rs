// right: it waits for the thread's `End`, then joins.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        let has_ended = self.is_current() || self.end.wait_timeout(limit);
        if has_ended { Ok(self.join()) } else { Err(self) }
    }
}
