// fail at look: it ignores an error of the lock: `get` inside `look` takes out the item that is shown.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let _the_one_reader = match patience {
            // It waits as long as it takes, so its turn has come.
            Patience::Forever => take_turn(&self.lock, patience).ok(),
            _ => Some(take_turn(&self.lock, patience)?),
        };
        let item = self.reader.peek(patience)?;
        if let Ok(item) = &item {
            look(item);
        }
        self.reader.remove();
        item.map_err(GetError::Decode)
    }
}
