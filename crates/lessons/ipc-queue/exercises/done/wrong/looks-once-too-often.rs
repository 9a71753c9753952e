// fail at join: it looks again after a look that has found nothing.

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
        let begin = Instant::now();
        while outstanding() > 0 && !is_gone() && begin.elapsed() < limit {
            thread::sleep(Duration::from_millis(1));
        }
        let gone = is_gone();
        match outstanding() {
            0 => Ok(()),
            items if gone => Err(JoinError::Disconnected(items)),
            items => Err(JoinError::Timeout(items)),
        }
    }
}
