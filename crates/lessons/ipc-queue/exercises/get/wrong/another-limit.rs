// fail at limit: for the item it waits with a limit of its own, which begins when it is its turn.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        // patience counts twice
        let _turn = take_turn(&self.lock, patience)?;
        let again = match patience {
            Patience::Until(_) => Patience::up_to(std::time::Duration::from_secs(1)),
            other => other,
        };
        let item = self.reader.peek(again)?;
        if let Ok(item) = &item {
            look(item);
        }
        self.reader.remove();
        item.map_err(GetError::Decode)
    }
}
