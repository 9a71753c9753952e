// fail at last-look: it reads the clock after the look, so a mark in between is made in time and does not count.

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
        let deadline = Instant::now().checked_add(limit);
        loop {
            let gone = is_gone();
            match outstanding() {
                0 => return Ok(()),
                items if gone => return Err(JoinError::Disconnected(items)),
                items if deadline.is_some_and(|end| Instant::now() >= end) => return Err(JoinError::Timeout(items)),
                _ => {
                    let left = deadline.map_or(LONGEST_SLEEP, |end| end.saturating_duration_since(Instant::now()));
                    thread::sleep(left.min(LONGEST_SLEEP));
                }
            }
        }
    }
}
