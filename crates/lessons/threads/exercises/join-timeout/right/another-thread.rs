// right: another thread waits for the end and tells of it; this one waits for that, with the limit.
impl<T> Thread<T> {
    fn join_within(self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        if self.is_current() {
            return Ok(self.join());
        }
        let (tell, told) = std::sync::mpsc::channel();
        let end = Arc::clone(&self.end);
        std::thread::spawn(move || {
            let _event = end.wait();
            let _may_be_over = tell.send(());
        });
        match told.recv_timeout(limit) {
            Ok(()) => Ok(self.join()),
            Err(_) if self.is_alive() => Err(self),
            Err(_) => Ok(self.join()),
        }
    }
}
