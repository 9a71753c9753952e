// fail at itself: it does not check which thread calls.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        handle.join().map_err(|panic| JoinError::panicked(name, &*panic))
    }

    fn let_go(&mut self) {
        let _not_asked_for = self.recorded_finish();
    }
}
