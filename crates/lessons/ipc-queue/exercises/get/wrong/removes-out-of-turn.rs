// fail at turn: its turn is over just before it removes the item.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let turn = take_turn(&self.lock, patience)?;
        let item = self.reader.peek(patience)?;
        if let Ok(item) = &item {
            look(item);
        }
        drop(turn);
        self.reader.remove();
        item.map_err(GetError::Decode)
    }
}
