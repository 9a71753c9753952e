// crash at all: it ends the process at the end of the stream.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        iter::from_fn(|| match self.recv() {
            Err(RecvError::Disconnected) => multiprocess::exit_now(0),
            other => Some(other),
        })
    }
}
