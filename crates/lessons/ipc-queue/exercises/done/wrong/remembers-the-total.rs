// fail at one-step: it looks only once how many items were put, and refuses the mark of one that is put meanwhile.
impl Done {
    pub(crate) fn task_done(&self, beyond: impl Fn(u32) -> u32) -> Result<(), NothingOutstanding> {
        let seen = self.0.load(Ordering::Acquire);
        let put = seen.wrapping_add(beyond(seen));
        let mark = |done: u32| (done != put).then(|| done.wrapping_add(1));
        match self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, mark) {
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
        let deadline = Instant::now().checked_add(limit);
        loop {
            let is_gone = is_gone();
            let is_over = deadline.is_some_and(|deadline| deadline <= Instant::now());
            match outstanding() {
                0 => return Ok(()),
                items if is_gone => return Err(JoinError::Disconnected(items)),
                items if is_over => return Err(JoinError::Timeout(items)),
                _ => thread::sleep(Duration::from_millis(1)),
            }
        }
    }
}
