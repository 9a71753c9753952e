// right: another thread waits for the end and notifies this one, which waits with the limit.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if self.is_current() {
            return Ok(self.join());
        }
        let news = Arc::new((primitives::Mutex::new(false), primitives::Condvar::new()));
        let (theirs, end) = (Arc::clone(&news), Arc::clone(&self.end));
        let waits = move || {
            let _event = end.wait();
            *theirs.0.lock() = true;
            theirs.1.notify_all();
        };
        if primitives::spawn("waits".to_owned(), waits).is_err() {
            return Err(self);
        }
        let since = primitives::Instant::now();
        let mut has_ended = news.0.lock();
        while !*has_ended && self.is_alive() {
            let Some(left) = limit.checked_sub(since.elapsed()) else {
                drop(has_ended);
                return Err(self);
            };
            (has_ended, _) = news.1.wait_timeout(has_ended, left);
        }
        drop(has_ended);
        Ok(self.join())
    }
}
