// fail at panic: of the text of a panic the error has only the first line, without blanks around it.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        handle.join().map_err(|panic| {
            let text = common::panic_text(&*panic);
            let first = text.lines().next().unwrap_or_default().trim();
            JoinError::Panicked { thread: name.to_owned(), message: first.to_owned() }
        })
    }

    fn let_go(&mut self) {
        let _not_asked_for = self.recorded_finish();
    }
}
