// fail at end: unless it must not wait, it waits for an item without a limit.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let _turn = take_turn(&self.lock, patience)?;
        let item = self.reader.peek(match patience {
            Patience::None => patience,
            _ => Patience::Forever,
        })?;
        if let Ok(item) = &item {
            look(item);
        }
        self.reader.remove();
        item.map_err(GetError::Decode)
    }
}
