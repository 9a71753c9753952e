// timeout at join: it sleeps to the end of the limit, and looks only then.
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
        if outstanding() == 0 {
            return Ok(());
        }
        thread::sleep(limit);
        match outstanding() {
            0 => Ok(()),
            items if is_gone() => Err(JoinError::Disconnected(items)),
            items => Err(JoinError::Timeout(items)),
        }
    }
}
