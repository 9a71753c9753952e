// right: the drop joins by itself; std has already printed a panic of the thread.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        handle.join().map_err(|panic| JoinError::panicked(name, &*panic))
    }

    fn let_go(&mut self) {
        let Some(handle) = self.handle.take() else {
            return;
        };
        if handle.thread().id() != current().id() {
            drop(handle.join());
        }
    }
}
