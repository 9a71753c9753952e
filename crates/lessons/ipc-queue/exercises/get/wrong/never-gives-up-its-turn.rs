// fail at one: in every call, it waits for its turn without a limit.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let _turn = take_turn(&self.lock, Patience::Forever)?;
        let item = self.reader.peek(patience)?;
        if let Ok(item) = &item {
            look(item);
        }
        self.reader.remove();
        item.map_err(GetError::Decode)
    }
}
