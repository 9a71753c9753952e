// fail at error: it goes on after an error.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        iter::from_fn(|| match self.recv() {
            Err(RecvError::Disconnected) => None,
            other => Some(other),
        })
    }
}
