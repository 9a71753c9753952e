// right: the messages, and then the error, if there is one and it is not the end.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let mut last = None;
        let mut is_first = true;
        let mut messages = iter::from_fn(move || match is_first.then(|| self.recv())? {
            Ok(message) => Some(Ok(message)),
            Err(error) => {
                is_first = false;
                last = Some(error);
                last.take().filter(|error| !matches!(error, RecvError::Disconnected)).map(Err)
            }
        });
        iter::from_fn(move || messages.next()).fuse()
    }
}
