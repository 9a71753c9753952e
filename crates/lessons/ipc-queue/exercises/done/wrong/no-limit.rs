// timeout at limit: it waits without a time limit.
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
        let _however_long = limit;
        loop {
            let is_gone = is_gone();
            match outstanding() {
                0 => return Ok(()),
                items if is_gone => return Err(JoinError::Disconnected(items)),
                _ => thread::sleep(LONGEST_SLEEP),
            }
        }
    }
}
