// fail at drop: it sleeps for a tenth of a second instead of waiting.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        handle.join().map_err(|panic| JoinError::panicked(name, &*panic))
    }

    fn let_go(&mut self) {
        std::thread::sleep(Duration::from_millis(100));
        self.handle = None;
    }
}
