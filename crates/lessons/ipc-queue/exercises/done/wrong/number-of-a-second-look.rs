// fail at left: the number in an error comes from a second look, and may be 0.
impl Done {
    pub(crate) fn task_done(&self, beyond: impl Fn(u32) -> u32) -> Result<(), NothingOutstanding> {
        let mark = |done| (beyond(done) > 0).then(|| done.wrapping_add(1));
        let marked = self.0.fetch_update(Ordering::Release, Ordering::Relaxed, mark);
        marked.map(drop).map_err(|_| NothingOutstanding)
    }

    pub(crate) fn join_timeout(
        &self,
        limit: Duration,
        outstanding: impl Fn() -> u32,
        is_gone: impl Fn() -> bool,
    ) -> Result<(), JoinError> {
        let deadline = Instant::now().checked_add(limit);
        loop {
            let gone = is_gone();
            let over = deadline.is_some_and(|deadline| deadline <= Instant::now());
            if outstanding() == 0 {
                return Ok(());
            }
            if gone {
                return Err(JoinError::Disconnected(outstanding()));
            }
            if over {
                return Err(JoinError::Timeout(outstanding()));
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}
