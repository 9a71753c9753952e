// fail at no-clock: it waits in `poll` with a limit, again and again.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let mut over = false;
        iter::from_fn(move || {
            if over {
                return None;
            }
            while !self.poll(Duration::from_millis(300)) {}
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
