// right: it remembers how many items are left, and looks again only when all of them may be marked.
impl Done {
    pub(crate) fn task_done(&self, beyond: impl Fn(u32) -> u32) -> Result<(), NothingOutstanding> {
        let mut done = self.0.load(Ordering::Acquire);
        // The items that are not done, as far as is known: by now there may be more.
        let mut left = beyond(done);
        while left > 0 {
            let next = done.wrapping_add(1);
            match self.0.compare_exchange(done, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Ok(()),
                Err(now) => {
                    left = left.saturating_sub(now.wrapping_sub(done));
                    done = now;
                }
            }
            if left == 0 {
                left = beyond(done);
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
