// fail at end: without a wait or with a limit, it takes every error for an empty queue, the end, too.

impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let _turn = take_turn(&self.lock, patience)?;
        let item = match patience {
            Patience::Forever => self.reader.peek(patience)?,
            _ => self.reader.peek(patience).map_err(|_| GetError::Empty)?,
        };
        if let Ok(item) = &item {
            look(item);
        }
        self.reader.remove();
        item.map_err(GetError::Decode)
    }
}
