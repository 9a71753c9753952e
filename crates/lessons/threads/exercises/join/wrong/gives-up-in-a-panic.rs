// fail at asleep: a handle that a panic drops waits for at most two seconds.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        handle.join().map_err(|panic| JoinError::panicked(name, &*panic))
    }

    fn let_go(&mut self) {
        if std::thread::panicking() && !self.is_current() {
            // A panic should not be held up for long.
            let _may_still_run = self.end.wait_timeout(Duration::from_secs(2));
            self.handle = None;
            return;
        }
        let _not_asked_for = self.recorded_finish();
    }
}
