// deadlock at own-drop: a thread that panics while it has its own handle waits for its own end.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        handle.join().map_err(|panic| JoinError::panicked(name, &*panic))
    }

    fn let_go(&mut self) {
        if std::thread::panicking() {
            // A join might panic here, so it only waits.
            self.end.wait();
            return;
        }
        let _not_asked_for = self.recorded_finish();
    }
}
