// fail at stacks: a thread that joins itself forgets its handle, and leaks its stack.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            std::mem::forget(handle);
            return Err(JoinError::itself(name));
        }
        handle.join().map_err(|panic| JoinError::panicked(name, &*panic))
    }

    fn let_go(&mut self) {
        if self.is_current() {
            self.handle = None;
            return;
        }
        let _not_asked_for = self.recorded_finish();
    }
}
