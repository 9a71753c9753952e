// right: a call that must not wait first asks whether the turn is free, and then takes it.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        if let Patience::None = patience {
            // It returns at once if another process reads.
            drop(self.lock.try_acquire()?);
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
