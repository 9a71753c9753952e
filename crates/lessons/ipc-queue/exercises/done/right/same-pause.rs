// right: its pause is always the same, and longer than the longest one of the file.
impl Done {
    pub(crate) fn task_done(&self, beyond: impl Fn(u32) -> u32) -> Result<(), NothingOutstanding> {
        let looked = |done: u32| match beyond(done) {
            0 => None,
            _ => Some(done.wrapping_add(1)),
        };
        match self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, looked) {
            Ok(_) => Ok(()),
            Err(_) => Err(NothingOutstanding),
        }
    }

    pub(crate) fn join_timeout(
        &self,
        limit: Duration,
        outstanding: impl Fn() -> u32,
        is_gone: impl Fn() -> bool,
    ) -> Result<(), JoinError> {
        fn answer(items: u32, is_gone: bool, left: Option<Duration>) -> Option<Result<(), JoinError>> {
            match (items, is_gone, left) {
                (0, ..) => Some(Ok(())),
                (items, true, _) => Some(Err(JoinError::Disconnected(items))),
                (items, _, Some(Duration::ZERO)) => Some(Err(JoinError::Timeout(items))),
                _ => None,
            }
        }
        let deadline = Instant::now().checked_add(limit);
        let left = || deadline.map(|end| end.saturating_duration_since(Instant::now()));
        loop {
            let (is_gone, left) = (is_gone(), left());
            if let Some(answer) = answer(outstanding(), is_gone, left) {
                return answer;
            }
            let pause = 10 * LONGEST_SLEEP;
            thread::sleep(pause.min(left.unwrap_or(pause)));
        }
    }
}
