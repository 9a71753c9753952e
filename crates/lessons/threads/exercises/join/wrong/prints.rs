// fail at drop: it prints the line of the thread, and does not wait.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        handle.join().map_err(|panic| JoinError::panicked(name, &*panic))
    }

    fn let_go(&mut self) {
        common::say!("{} ended.", self.name);
        self.handle = None;
    }
}
