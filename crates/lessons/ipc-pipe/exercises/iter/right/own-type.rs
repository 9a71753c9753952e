// right: an iterator type of its own, which gives up its reference to the receiver at the end.
struct Messages<'a, T: Message>(Option<&'a Receiver<T>>);

impl<T: Message> Iterator for Messages<'_, T> {
    type Item = Result<T, RecvError>;

    fn next(&mut self) -> Option<Self::Item> {
        let result = self.0?.recv();
        if result.is_err() {
            self.0 = None;
        }
        match result {
            Err(RecvError::Disconnected) => None,
            other => Some(other),
        }
    }
}

impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        Messages(Some(self))
    }
}
