// right: after each attempt in vain it sleeps twice as long as before, up to `LONGEST_SLEEP`.
impl Done {
    pub(crate) fn task_done(&self, beyond: impl Fn(u32) -> u32) -> Result<(), NothingOutstanding> {
        let mut pause = Duration::from_micros(100);
        loop {
            let done = self.0.load(Ordering::Acquire);
            if beyond(done) == 0 {
                return Err(NothingOutstanding);
            }
            let next = done.wrapping_add(1);
            let tried = self
                .0
                .compare_exchange(done, next, Ordering::AcqRel, Ordering::Acquire);
            if tried.is_ok() {
                return Ok(());
            }
            thread::sleep(pause);
            pause = (2 * pause).min(LONGEST_SLEEP);
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
