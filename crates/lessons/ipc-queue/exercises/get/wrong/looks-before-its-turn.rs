// fail at turn: a call that must not wait first looks into the ring without its turn.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        if matches!(patience, Patience::None) {
            // If nothing is there, no turn is needed.
            let _there_is_one = self.reader.peek(Patience::None)?;
        }
        let _turn = take_turn(&self.lock, patience)?;
        let item = self.reader.peek(patience)?;
        if let Ok(item) = &item {
            look(item);
        }
        self.reader.remove();
        item.map_err(GetError::Decode)
    }
}
