// fail at no-clock: it waits with a limit, again and again.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let mut is_over = false;
        iter::from_fn(move || {
            while !is_over {
                match self.recv_timeout(Duration::from_millis(200)) {
                    Err(RecvError::Empty) => {},
                    Err(RecvError::Disconnected) => is_over = true,
                    other => {
                        is_over = other.is_err();
                        return Some(other);
                    }
                }
            }
            None
        })
    }
}
