// fail at join: with no time to wait, it returns an error without a look.

impl Done {
    pub(crate) fn task_done(&self, beyond: impl Fn(u32) -> u32) -> Result<(), NothingOutstanding> {
        let mark = |done| (beyond(done) > 0).then(|| done.wrapping_add(1));
        self.0.fetch_update(Ordering::Release, Ordering::Relaxed, mark).map(drop).map_err(|_| NothingOutstanding)
    }

    pub(crate) fn join_timeout(
        &self,
        limit: Duration,
        outstanding: impl Fn() -> u32,
        is_gone: impl Fn() -> bool,
    ) -> Result<(), JoinError> {
        if limit.is_zero() {
            return Err(JoinError::Timeout(1));
        }
        let deadline = Instant::now().checked_add(limit);
        loop {
            let is_gone = is_gone();
            let over = deadline.is_some_and(|end| Instant::now() >= end);
            match outstanding() {
                0 => return Ok(()),
                n if is_gone => return Err(JoinError::Disconnected(n)),
                n if over => return Err(JoinError::Timeout(n)),
                _ => thread::sleep(Duration::from_millis(1)),
            }
        }
    }
}
