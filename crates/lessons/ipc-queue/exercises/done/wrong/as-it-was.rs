// fail at left: its error has the number of items that were left when it began to wait.
impl Done {
    pub(crate) fn task_done(&self, beyond: impl Fn(u32) -> u32) -> Result<(), NothingOutstanding> {
        self.0
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |n| {
                (beyond(n) > 0).then_some(n.wrapping_add(1))
            })
            .map(drop)
            .map_err(|_| NothingOutstanding)
    }
    pub(crate) fn join_timeout(
        &self,
        limit: Duration,
        outstanding: impl Fn() -> u32,
        is_gone: impl Fn() -> bool,
    ) -> Result<(), JoinError> {
        let deadline = Instant::now().checked_add(limit);
        let all = outstanding();
        loop {
            let late = deadline.is_some_and(|d| Instant::now() >= d);
            let gone = is_gone();
            match outstanding() {
                0 => return Ok(()),
                _ if gone => return Err(JoinError::Disconnected(all)),
                _ if late => return Err(JoinError::Timeout(all)),
                _ => {}
            }
            let rest = deadline.map_or(LONGEST_SLEEP, |d| {
                d.saturating_duration_since(Instant::now())
            });
            thread::sleep(rest.min(LONGEST_SLEEP));
        }
    }
}
