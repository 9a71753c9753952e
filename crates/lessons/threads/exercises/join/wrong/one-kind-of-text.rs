// fail at panic: it handles only a borrowed text.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        handle.join().map_err(|panic| JoinError::Panicked {
            thread: name.to_owned(),
            message: panic.downcast_ref::<&str>().copied().unwrap_or_default().to_owned(),
        })
    }

    fn let_go(&mut self) {
        let _not_asked_for = self.recorded_finish();
    }
}
