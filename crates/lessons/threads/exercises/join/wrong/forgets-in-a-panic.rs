// fail at stacks: a handle that a panic drops is forgotten, which leaks the stack of its thread.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        handle.join().map_err(|panic| JoinError::panicked(name, &*panic))
    }

    fn let_go(&mut self) {
        if self.is_current() {
            self.handle = None;
            return;
        }
        self.end.wait();
        let Some(handle) = self.handle.take() else {
            return;
        };
        if std::thread::panicking() {
            // No join may panic here.
            std::mem::forget(handle);
        } else {
            let _ended = handle.join();
        }
    }
}
