// fail at anew: it has waited for its turn, and then takes an item only if one is there.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let (_turn, patience) = match (take_turn(&self.lock, Patience::None), patience) {
            (Ok(turn), patience) => (turn, patience),
            (Err(_), Patience::Until(_)) => (take_turn(&self.lock, patience)?, Patience::None),
            (Err(_), patience) => (take_turn(&self.lock, patience)?, patience),
        };
        let item = self.reader.peek(patience)?;
        if let Ok(item) = &item {
            look(item);
        }
        self.reader.remove();
        item.map_err(GetError::Decode)
    }
}
