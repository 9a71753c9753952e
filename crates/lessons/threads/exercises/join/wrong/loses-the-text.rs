// fail at panic: it prints the box, and not the text in it.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        handle.join().map_err(|panic| JoinError::Panicked {
            thread: name.to_owned(),
            message: format!("{panic:?}"),
        })
    }

    fn let_go(&mut self) {
        let _not_asked_for = self.recorded_finish();
    }
}
