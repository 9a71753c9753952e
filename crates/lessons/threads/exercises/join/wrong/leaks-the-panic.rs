// fail at stacks: it leaks the payload of each panic.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if handle.thread().id() == current().id() {
            return Err(JoinError::itself(name));
        }
        match handle.join() {
            Ok(value) => Ok(value),
            Err(panic) => Err(JoinError::panicked(name, &*Box::leak(panic))),
        }
    }

    fn let_go(&mut self) {
        let _not_asked_for = self.recorded_finish();
    }
}
