// fail at asleep: during a panic, it checks a hundred times a second.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        while std::thread::panicking() && !handle.is_finished() {
            std::thread::sleep(Duration::from_millis(10));
        }
        handle.join().map_err(|panic| JoinError::panicked(name, &*panic))
    }

    fn let_go(&mut self) {
        let _not_asked_for = self.recorded_finish();
    }
}
