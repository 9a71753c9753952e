// fail at news: it panics for each limit that cannot be added to a time, except the longest one.
use explore::primitives::Instant;

impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if self.is_current() || limit == Duration::MAX {
            return Ok(self.join());
        }
        let until = Instant::now() + limit;
        while self.is_alive() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(self);
            }
            let _looks_again = self.end.wait_timeout(left);
        }
        Ok(self.join())
    }
}
