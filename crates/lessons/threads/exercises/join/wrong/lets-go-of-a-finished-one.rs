// fail at drop: it does not wait for the destructors of the thread's thread-locals.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        handle.join().map_err(|panic| JoinError::panicked(name, &*panic))
    }

    fn let_go(&mut self) {
        if self.running().is_finished() {
            // There is nothing to wait for.
            self.handle = None;
            return;
        }
        let _not_asked_for = self.recorded_finish();
    }
}
