// fail at limit: each mark of another process starts the limit again.
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
        let mut since = Instant::now();
        let mut before = None;
        loop {
            let is_gone = is_gone();
            let is_over = since.elapsed() >= limit;
            let items = outstanding();
            let is_progress = before.is_some_and(|before| items < before);
            if items == 0 {
                return Ok(());
            }
            if is_gone {
                return Err(JoinError::Disconnected(items));
            }
            if is_progress {
                since = Instant::now();
            } else if is_over {
                return Err(JoinError::Timeout(items));
            }
            before = Some(items);
            thread::sleep(Duration::from_millis(1).min(limit));
        }
    }
}
