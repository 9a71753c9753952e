// fail at one: `try_get` waits for its turn for up to a tenth of a second.

impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let for_turn = match patience {
            Patience::None => Patience::up_to(std::time::Duration::from_millis(100)),
            other => other,
        };
        let _turn = take_turn(&self.lock, for_turn)?;
        let item = self.reader.peek(patience)?;
        if let Ok(item) = &item {
            look(item);
        }
        self.reader.remove();
        item.map_err(GetError::Decode)
    }
}
