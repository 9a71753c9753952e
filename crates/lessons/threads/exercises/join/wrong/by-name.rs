// fail at itself: it takes another thread of the same name for itself.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if current().name() == Some(name) {
            return Err(JoinError::itself(name));
        }
        handle.join().map_err(|panic| JoinError::panicked(name, &*panic))
    }

    fn let_go(&mut self) {
        let _not_asked_for = self.recorded_finish();
    }
}
