// fail at stacks: a handle that a panic drops waits, but forgets the thread's value, or its panic.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        match handle.join() {
            Ok(value) => Ok(value),
            Err(panic) => {
                let error = JoinError::panicked(name, &*panic);
                if std::thread::panicking() {
                    std::mem::forget(panic);
                }
                Err(error)
            }
        }
    }

    fn let_go(&mut self) {
        let ended = self.recorded_finish();
        if std::thread::panicking() {
            // A destructor that panics, too, would end the process.
            std::mem::forget(ended);
        }
    }
}
