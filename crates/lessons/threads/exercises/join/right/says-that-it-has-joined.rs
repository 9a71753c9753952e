// right: it prints a line of its own when a thread is joined.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        let ended = handle.join();
        common::say!("{name} is joined.");
        ended.map_err(|panic| JoinError::panicked(name, &*panic))
    }

    fn let_go(&mut self) {
        let _not_asked_for = self.recorded_finish();
    }
}
