// timeout at join: each pause is half as long again as the one before, without a bound.
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
        let mut pause = Duration::from_micros(50);
        loop {
            let is_gone = is_gone();
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            match outstanding() {
                0 => return Ok(()),
                items if is_gone => return Err(JoinError::Disconnected(items)),
                items if left == Some(Duration::ZERO) => return Err(JoinError::Timeout(items)),
                _ => thread::sleep(left.map_or(pause, |left| left.min(pause))),
            }
            pause = pause * 3 / 2;
        }
    }
}
