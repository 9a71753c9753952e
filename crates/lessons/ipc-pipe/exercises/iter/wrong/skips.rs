// fail at error: it leaves out a message that cannot be decoded, and goes on.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let mut is_over = false;
        iter::from_fn(move || loop {
            match (!is_over).then(|| self.recv())? {
                Err(RecvError::Decode(_)) => {}
                Err(RecvError::Disconnected) => return None,
                other => {
                    is_over = other.is_err();
                    return Some(other);
                }
            }
        })
    }
}
