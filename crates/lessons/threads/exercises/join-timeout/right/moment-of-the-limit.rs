// right: it computes when the limit ends, if it does, and checks before and after each wait.
use explore::primitives::Instant;

impl<T> Thread<T> {
    fn join_within(mut self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if self.is_current() {
            return Ok(self.recorded_finish());
        }
        let Some(until) = Instant::now().checked_add(limit) else {
            return Ok(self.recorded_finish());
        };
        while self.is_alive() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(self);
            }
            let _looks_again = self.end.wait_timeout(left);
        }
        Ok(self.recorded_finish())
    }
}
