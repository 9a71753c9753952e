// fail at one-step: it adds first, and takes a mark too many back: until then other processes see it.
impl Done {
    pub(crate) fn task_done(&self, beyond: impl Fn(u32) -> u32) -> Result<(), NothingOutstanding> {
        let before = self.0.fetch_add(1, Ordering::AcqRel);
        if beyond(before) > 0 {
            return Ok(());
        }
        self.0.fetch_sub(1, Ordering::AcqRel);
        Err(NothingOutstanding)
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
