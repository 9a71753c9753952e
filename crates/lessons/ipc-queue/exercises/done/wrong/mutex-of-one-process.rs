// fail at one-step: it looks and marks in a mutex that only its own process knows.
impl Done {
    pub(crate) fn task_done(&self, beyond: impl Fn(u32) -> u32) -> Result<(), NothingOutstanding> {
        use std::sync::Mutex;
        static MARK: Mutex<()> = Mutex::new(());
        let _one_at_a_time = MARK.lock().unwrap();
        let done = self.0.load(Ordering::SeqCst);
        if beyond(done) == 0 {
            return Err(NothingOutstanding);
        }
        self.0.store(done.wrapping_add(1), Ordering::SeqCst);
        Ok(())
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
