// fail at no-clock: it waits for the first two messages, and checks for each later one now and then.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let (mut count, mut is_over) = (0_u64, false);
        iter::from_fn(move || {
            if is_over {
                return None;
            }
            count += 1;
            let result = loop {
                match self.try_recv() {
                    Err(RecvError::Empty) if count <= 2 => break self.recv(),
                    Err(RecvError::Empty) => std::thread::sleep(Duration::from_millis(1)),
                    other => break other,
                }
            };
            is_over = result.is_err();
            match result {
                Err(RecvError::Disconnected) => None,
                other => Some(other),
            }
        })
    }
}
