// fail at one-step: it looks, and stores in a second step: a mark of another process can be lost.
impl Done {
    pub(crate) fn task_done(&self, beyond: impl Fn(u32) -> u32) -> Result<(), NothingOutstanding> {
        let done = self.0.load(Ordering::Acquire);
        match beyond(done) {
            0 => Err(NothingOutstanding),
            _ => {
                self.0.store(done + 1, Ordering::Release);
                Ok(())
            }
        }
    }

    pub(crate) fn join_timeout(
        &self,
        limit: Duration,
        outstanding: impl Fn() -> u32,
        is_gone: impl Fn() -> bool,
    ) -> Result<(), JoinError> {
        let deadline = Instant::now().checked_add(limit);
        loop {
            let is_gone = is_gone();
            let is_over = deadline.is_some_and(|deadline| deadline <= Instant::now());
            match outstanding() {
                0 => return Ok(()),
                items if is_gone => return Err(JoinError::Disconnected(items)),
                items if is_over => return Err(JoinError::Timeout(items)),
                _ => thread::sleep(Duration::from_millis(1)),
            }
        }
    }
}
