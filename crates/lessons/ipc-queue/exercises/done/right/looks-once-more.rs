// right: it looks, checks for receivers, and looks once more before it gives up.

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
        let mut last = false;
        let mut is_left = true;
        loop {
            let items = outstanding();
            if items == 0 { return Ok(()); }
            if last && !is_left { return Err(JoinError::Disconnected(items)); }
            if last { return Err(JoinError::Timeout(items)); }
            is_left = !is_gone();
            last = !is_left || deadline.is_some_and(|end| end <= Instant::now());
            if !last {
                let left = deadline.map_or(LONGEST_SLEEP, |end| end.saturating_duration_since(Instant::now()));
                thread::sleep(left.min(LONGEST_SLEEP));
            }
        }
    }
}
