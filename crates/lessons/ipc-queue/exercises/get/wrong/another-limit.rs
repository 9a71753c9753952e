// fail at limit: it waits for the item with another limit, which begins with its turn.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        // the patience for the turn alone
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
