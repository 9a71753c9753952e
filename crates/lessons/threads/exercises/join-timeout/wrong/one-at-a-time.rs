// deadlock at two: while one thread is joined, no other one can be.
static TURN: primitives::Mutex<()> = primitives::Mutex::new(());

impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        let _turn = TURN.lock();
        if self.is_current() || self.end.wait_timeout(limit) {
            return Ok(self.join());
        }
        Err(self)
    }
}
