// fail at limit: it waits up to its limit with short pauses, and then once more with long ones.
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
        let mut left = 0;
        for pause in [Duration::from_micros(200), LONGEST_SLEEP] {
            let deadline = Instant::now().checked_add(limit);
            loop {
                let is_gone = is_gone();
                let rest = deadline.map(|end| end.saturating_duration_since(Instant::now()));
                left = outstanding();
                if left == 0 {
                    return Ok(());
                }
                if is_gone {
                    return Err(JoinError::Disconnected(left));
                }
                if rest == Some(Duration::ZERO) {
                    break;
                }
                thread::sleep(rest.map_or(pause, |rest| rest.min(pause)));
            }
        }
        Err(JoinError::Timeout(left))
    }
}
