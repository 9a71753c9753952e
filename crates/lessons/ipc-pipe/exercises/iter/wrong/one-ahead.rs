// deadlock at one-by-one: it always receives one message more than it was asked for.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let mut next = Some(self.recv());
        iter::from_fn(move || {
            let now = next.take()?;
            if now.is_ok() {
                next = Some(self.recv());
            }
            match now {
                Err(RecvError::Disconnected) => None,
                other => Some(other),
            }
        })
    }
}
