// fail at look: it ends its turn before it looks, and takes another one to remove the item.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let turn = take_turn(&self.lock, patience)?;
        let item = self.reader.peek(patience)?;
        drop(turn);
        if let Ok(item) = &item {
            look(item);
        }
        let _another_turn = take_turn(&self.lock, Patience::Forever)?;
        self.reader.remove();
        item.map_err(GetError::Decode)
    }
}
