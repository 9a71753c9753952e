// fail at panic: the error has a fixed name, but the thread may have another one.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        handle.join().map_err(|panic| JoinError::panicked("Thread_1", &*panic))
    }

    fn let_go(&mut self) {
        let _not_asked_for = self.recorded_finish();
    }
}
