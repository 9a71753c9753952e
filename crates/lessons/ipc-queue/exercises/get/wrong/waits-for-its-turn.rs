// fail at patience: it waits for its turn without a limit.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let _the_one_reader = match patience {
            Patience::None => take_turn(&self.lock, Patience::None)?,
            _ => take_turn(&self.lock, Patience::Forever)?,
        };
        let item = self.reader.peek(patience)?;
        if let Ok(item) = &item {
            look(item);
        }
        self.reader.remove();
        item.map_err(GetError::Decode)
    }
}
