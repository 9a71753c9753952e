// fail at stacks: a drop waits, but forgets the value of the thread, which is never dropped.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        handle.join().map_err(|panic| JoinError::panicked(name, &*panic))
    }

    fn let_go(&mut self) {
        // Its destructor might panic.
        std::mem::forget(self.recorded_finish());
    }
}
