// fail at lines: it waits for at most a second.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        handle.join().map_err(|panic| JoinError::panicked(name, &*panic))
    }

    fn let_go(&mut self) {
        if !self.is_current() {
            let _may_still_run = self.end.wait_timeout(Duration::from_secs(1));
        }
        self.handle = None;
    }
}
