// right: it makes both errors itself.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        let thread = name.to_owned();
        let is_itself = current().id() == handle.thread().id();
        if is_itself {
            drop(handle);
            return Err(JoinError::Itself { thread });
        }
        match handle.join() {
            Ok(value) => Ok(value),
            Err(panic) => {
                let message = common::panic_text(panic.as_ref());
                Err(JoinError::Panicked { thread, message })
            }
        }
    }

    fn let_go(&mut self) {
        match self.recorded_finish() {
            Ok(_) | Err(_) => {}
        }
    }
}
