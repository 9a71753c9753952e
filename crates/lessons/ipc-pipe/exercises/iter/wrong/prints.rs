// fail at all: it prints what it receives, and returns nothing.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        while let Ok(message) = self.recv() {
            common::say!("{message:?}");
        }
        iter::empty()
    }
}
