// fail at stacks: a drop forgets the handle if the thread has already ended, which leaks its stack.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        handle.join().map_err(|panic| JoinError::panicked(name, &*panic))
    }

    fn let_go(&mut self) {
        if !self.is_alive() {
            // Nothing to wait for.
            std::mem::forget(self.handle.take());
            return;
        }
        let _not_asked_for = self.recorded_finish();
    }
}
