// fail at panicked: a thread that joins a panicked thread panics, too.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if self.is_current() {
            return Ok(self.join());
        }
        if !self.end.wait_timeout(limit) {
            return Err(self);
        }
        Ok(Ok(self.join().expect("it has ended")))
    }
}
