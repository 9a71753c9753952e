// fail at limit: it adds up its pauses instead of looking at the clock: slow looks do not count.
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
        let mut waited = Duration::ZERO;
        let pause = Duration::from_millis(5);
        loop {
            let gone = is_gone();
            let items = outstanding();
            if items == 0 {
                return Ok(());
            }
            if gone {
                return Err(JoinError::Disconnected(items));
            }
            if waited >= limit {
                return Err(JoinError::Timeout(items));
            }
            let nap = pause.min(limit - waited);
            thread::sleep(nap);
            waited += nap;
        }
    }
}
