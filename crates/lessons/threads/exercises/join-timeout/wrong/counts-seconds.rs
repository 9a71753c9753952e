// fail at in-time: it counts waits of a second and asks no clock, so that a longer wait counts as a second.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if self.is_current() {
            return Ok(self.join());
        }
        let mut left = limit;
        loop {
            let slice = left.min(Duration::from_secs(1));
            if self.end.wait_timeout(slice) {
                return Ok(self.join());
            }
            left -= slice;
            if left.is_zero() {
                return Err(self);
            }
        }
    }
}
