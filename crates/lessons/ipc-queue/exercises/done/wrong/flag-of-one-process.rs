// fail at one-step: it looks and marks while a flag is set that only its own process knows.
impl Done {
    pub(crate) fn task_done(&self, beyond: impl Fn(u32) -> u32) -> Result<(), NothingOutstanding> {
        use std::sync::atomic::AtomicBool;
        static BUSY: AtomicBool = AtomicBool::new(false);
        while BUSY.swap(true, Ordering::Acquire) {
            thread::yield_now();
        }
        let done = self.0.load(Ordering::Acquire);
        let is_open = beyond(done) > 0;
        if is_open {
            self.0.store(done.wrapping_add(1), Ordering::Release);
        }
        BUSY.store(false, Ordering::Release);
        if is_open { Ok(()) } else { Err(NothingOutstanding) }
    }

    pub(crate) fn join_timeout(
        &self,
        limit: Duration,
        outstanding: impl Fn() -> u32,
        is_gone: impl Fn() -> bool,
    ) -> Result<(), JoinError> {
        let deadline = Instant::now().checked_add(limit);
        let mut pause = Duration::from_micros(100);
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
            let nap = match deadline {
                Some(d) => pause.min(d.saturating_duration_since(Instant::now())),
                None => pause,
            };
            thread::sleep(nap);
            pause = LONGEST_SLEEP.min(pause * 2);
        }
    }
}
