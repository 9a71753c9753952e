// right: std's current thread, the text by hand, and a drop that prints a panic.
impl<T> Thread<T> {
    fn finish(name: &str, handle: JoinHandle<T>) -> Result<T, JoinError> {
        if std::thread::current().id() == handle.thread().id() {
            return Err(JoinError::Itself { thread: name.to_owned() });
        }
        match handle.join() {
            Ok(value) => Ok(value),
            Err(panic) => {
                let message = if let Some(text) = panic.downcast_ref::<&'static str>() {
                    (*text).to_owned()
                } else if let Some(text) = panic.downcast_ref::<String>() {
                    text.clone()
                } else {
                    "unknown panic".to_owned()
                };
                Err(JoinError::Panicked { thread: name.to_owned(), message })
            }
        }
    }

    fn let_go(&mut self) {
        let name = self.name.clone();
        if let Err(error @ JoinError::Panicked { .. }) = self.recorded_finish() {
            eprintln!("{name}: {error}");
        }
    }
}
