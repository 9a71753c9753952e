// fail at drop: it passes the panic of the thread on to the thread that drops the handle.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        handle.join().map_err(|panic| JoinError::panicked(name, &*panic))
    }

    fn let_go(&mut self) {
        if let Err(error) = self.recorded_finish() {
            panic!("{error}");
        }
    }
}
