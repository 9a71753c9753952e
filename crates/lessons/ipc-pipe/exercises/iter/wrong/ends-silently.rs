// fail at error: it takes every error for the end.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        iter::from_fn(|| self.recv().ok().map(Ok)).fuse()
    }
}
