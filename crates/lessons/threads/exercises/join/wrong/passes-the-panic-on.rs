// fail at panic: a thread that joins a panicked thread panics, too.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        Ok(handle.join().unwrap())
    }

    fn let_go(&mut self) {
        let _not_asked_for = self.recorded_finish();
    }
}
