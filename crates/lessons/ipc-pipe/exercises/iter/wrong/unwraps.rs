// fail at error: an error is a panic.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        iter::from_fn(|| match self.recv() {
            Err(RecvError::Disconnected) => None,
            other => Some(Ok(other.unwrap())),
        })
    }
}
