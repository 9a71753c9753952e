// fail at own-drop: a drop does not wait for another thread of the same name.
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
        if current().name() != Some(&self.name) {
            let _not_asked_for = Self::finish(&self.name, handle);
        }
    }
}
