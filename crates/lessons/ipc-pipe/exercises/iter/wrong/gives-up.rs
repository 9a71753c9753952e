// fail at waits: it waits for half a second, and takes silence for the end.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let mut is_over = false;
        iter::from_fn(move || {
            let result = (!is_over).then(|| self.recv_timeout(Duration::from_millis(500)))?;
            is_over = result.is_err();
            match result {
                Err(RecvError::Disconnected | RecvError::Empty) => None,
                other => Some(other),
            }
        })
    }
}
