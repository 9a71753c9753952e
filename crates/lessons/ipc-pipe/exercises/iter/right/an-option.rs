// right: its state is gone after any error, and the end is not returned.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let mut state = Some(());
        iter::from_fn(move || {
            state?;
            let item = self.recv();
            if item.is_err() { state = None; }
            match item { Err(RecvError::Disconnected) => None, item => Some(item) }
        })
    }
}
