// fail at own-drop: a thread that drops its own handle joins itself, and panics (its stack is leaked).
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        handle.join().map_err(|panic| JoinError::panicked(name, &*panic))
    }

    fn let_go(&mut self) {
        if let Some(handle) = self.handle.take() {
            let _not_asked_for = handle.join();
        }
    }
}
