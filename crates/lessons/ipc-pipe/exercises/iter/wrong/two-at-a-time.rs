// fail at one-by-one: a call of `next` receives a second message, too, if it is there; it is lost with the iterator.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let mut second: Option<Result<T, RecvError>> = None;
        let mut is_over = false;
        iter::from_fn(move || {
            if is_over {
                return None;
            }
            let item = match second.take() {
                Some(item) => item,
                None => {
                    let first = self.recv();
                    if first.is_ok() {
                        let next = self.try_recv();
                        second = Some(next).filter(|next| !matches!(next, Err(RecvError::Empty)));
                    }
                    first
                }
            };
            is_over = item.is_err();
            match item {
                Err(RecvError::Disconnected) => None,
                item => Some(item),
            }
        })
    }
}
