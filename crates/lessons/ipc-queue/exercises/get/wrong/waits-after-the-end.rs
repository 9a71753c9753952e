// timeout at end: with a limit, it waits until the limit although every sender has gone.

impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let _turn = take_turn(&self.lock, patience)?;
        let item = match self.reader.peek(patience) {
            Err(ring::ReadError::Disconnected) if !matches!(patience, Patience::Forever) => {
                if let Some(end) = patience.deadline() {
                    std::thread::sleep(end.saturating_duration_since(std::time::Instant::now()));
                }
                return Err(GetError::Empty);
            }
            item => item?,
        };
        if let Ok(item) = &item {
            look(item);
        }
        self.reader.remove();
        item.map_err(GetError::Decode)
    }
}
