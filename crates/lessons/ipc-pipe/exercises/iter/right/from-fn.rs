// right: it remembers that an error was the last item.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let mut is_over = false;
        iter::from_fn(move || {
            if is_over {
                return None;
            }
            match self.recv() {
                Ok(message) => Some(Ok(message)),
                Err(RecvError::Disconnected) => {
                    is_over = true;
                    None
                }
                Err(error) => {
                    is_over = true;
                    Some(Err(error))
                }
            }
        })
    }
}
