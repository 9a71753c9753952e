// fail at all: it numbers the messages by 16 bits, and ends silently after 65,536 of them.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let mut is_over = false;
        let messages = iter::from_fn(move || {
            let item = (!is_over).then(|| self.recv())?;
            is_over = item.is_err();
            match item {
                Err(RecvError::Disconnected) => None,
                item => Some(item),
            }
        });
        (0..=u16::MAX).zip(messages).map(|(_number, item)| item)
    }
}
