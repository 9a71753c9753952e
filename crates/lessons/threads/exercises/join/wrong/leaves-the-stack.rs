// fail at stacks: it waits, but forgets the handle, which leaks the stack of the thread.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        handle.join().map_err(|panic| JoinError::panicked(name, &*panic))
    }

    fn let_go(&mut self) {
        if !self.is_current() {
            self.end.wait();
        }
        std::mem::forget(self.handle.take());
    }
}
