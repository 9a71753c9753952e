// fail at waits: it checks again and again whether there is a message.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let mut is_over = false;
        iter::from_fn(move || {
            while !is_over {
                match self.try_recv() {
                    Err(RecvError::Empty) => std::thread::sleep(Duration::from_millis(1)),
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
