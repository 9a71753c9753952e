// deadlock at one-by-one: it receives everything before it returns the first message.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let mut is_over = false;
        let mut all = None;
        iter::from_fn(move || {
            let messages = all.get_or_insert_with(|| {
                let mut messages = Vec::new();
                while !is_over {
                    let result = self.recv();
                    is_over = result.is_err();
                    if !matches!(result, Err(RecvError::Disconnected)) {
                        messages.push(result);
                    }
                }
                messages.into_iter()
            });
            messages.next()
        })
    }
}
