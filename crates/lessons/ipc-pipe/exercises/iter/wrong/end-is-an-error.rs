// fail at all: it returns the end of the stream as an item, too.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let mut is_over = false;
        iter::from_fn(move || {
            let result = (!is_over).then(|| self.recv())?;
            is_over = result.is_err();
            Some(result)
        })
    }
}
