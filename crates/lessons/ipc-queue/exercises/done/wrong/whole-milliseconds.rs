// fail at limit: it compares whole milliseconds, so the rest of its limit is cut off.

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
        loop {
            let gone = is_gone();
            let over = begin.elapsed().as_millis() >= limit.as_millis();
            match outstanding() {
                0 => return Ok(()),
                n if gone => return Err(JoinError::Disconnected(n)),
                n if over => return Err(JoinError::Timeout(n)),
                _ => thread::sleep(Duration::from_millis(1)),
            }
        }
    }
}
