// right: it waits in `poll` until there is a message, with a limit that never ends.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let mut over = false;
        iter::from_fn(move || {
            if over {
                return None;
            }
            let _there = self.poll(Duration::MAX);
            match self.try_recv() {
                Err(RecvError::Disconnected) => {
                    over = true;
                    None
                }
                item => {
                    over = item.is_err();
                    Some(item)
                }
            }
        })
    }
}
