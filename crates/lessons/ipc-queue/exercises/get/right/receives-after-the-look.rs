// right: after `look` it receives the item, which is still the first one.

impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let _turn = take_turn(&self.lock, patience)?;
        if let Ok(item) = &self.reader.peek(patience)? {
            look(item);
        }
        self.reader.recv(Patience::None)?.map_err(GetError::Decode)
    }
}
