// fail at one-by-one: `iter` itself receives the first message if there is one; without a `next` it is lost.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let mut first = match self.try_recv() {
            Err(RecvError::Empty) => None,
            other => Some(other),
        };
        let mut is_over = false;
        iter::from_fn(move || {
            if is_over {
                return None;
            }
            match first.take().unwrap_or_else(|| self.recv()) {
                Err(RecvError::Disconnected) => {
                    is_over = true;
                    None
                }
                item => {
                    is_over = item.is_err();
                    Some(item)
                }
            }
        })
    }
}
