// fail at last-look: when its time is over, it does not look once more.
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
            let is_gone = is_gone();
            let items = outstanding();
            match items {
                0 => return Ok(()),
                items if is_gone => return Err(JoinError::Disconnected(items)),
                _ => thread::sleep(LONGEST_SLEEP.min(limit)),
            }
            if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                return Err(JoinError::Timeout(items));
            }
        }
    }
}
