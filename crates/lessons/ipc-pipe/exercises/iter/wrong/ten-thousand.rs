// fail at all: it returns at most ten thousand messages.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let mut over = false;
        iter::from_fn(move || {
            if over { return None; }
            match self.recv() {
                Err(RecvError::Disconnected) => { over = true; None }
                other => { over = other.is_err(); Some(other) }
            }
        }).take(10_000)
    }
}
