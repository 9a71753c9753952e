// right: after another process has come in between, it sleeps for a moment before it tries again.
impl Done {
    pub(crate) fn task_done(&self, beyond: impl Fn(u32) -> u32) -> Result<(), NothingOutstanding> {
        let mut done = self.0.load(Ordering::Acquire);
        while beyond(done) != 0 {
            let next = done.wrapping_add(1);
            match self.0.compare_exchange_weak(done, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Ok(()),
                Err(now) => {
                    thread::sleep(Duration::from_millis(1));
                    done = now;
                }
            }
        }
        Err(NothingOutstanding)
    }

    pub(crate) fn join_timeout(
        &self,
        limit: Duration,
        outstanding: impl Fn() -> u32,
        is_gone: impl Fn() -> bool,
    ) -> Result<(), JoinError> {
        let begun = Instant::now();
        let mut pause = Duration::from_micros(10);
        loop {
            let (is_gone, passed) = (is_gone(), begun.elapsed());
            let items = outstanding();
            if items == 0 {
                return Ok(());
            }
            if is_gone {
                return Err(JoinError::Disconnected(items));
            }
            if passed >= limit {
                return Err(JoinError::Timeout(items));
            }
            thread::sleep(pause.min(limit - passed));
            pause = (pause * 2).min(LONGEST_SLEEP);
        }
    }
}
