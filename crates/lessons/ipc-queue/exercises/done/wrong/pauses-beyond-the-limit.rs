// fail at limit: each of its pauses has the same length, even if less is left of the limit.
impl Done {
    pub(crate) fn task_done(&self, beyond: impl Fn(u32) -> u32) -> Result<(), NothingOutstanding> {
        self.0
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |done| {
                if beyond(done) == 0 { None } else { Some(done.wrapping_add(1)) }
            })
            .map(|_| ())
            .map_err(|_| NothingOutstanding)
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
            let late = deadline.is_some_and(|d| Instant::now() >= d);
            let items = outstanding();
            if items == 0 {
                return Ok(());
            }
            if gone {
                return Err(JoinError::Disconnected(items));
            }
            if late {
                return Err(JoinError::Timeout(items));
            }
            thread::sleep(Duration::from_millis(100));
        }
    }
}
