// fail at limit: in its turn it waits for an item for at least a fifth of a second, even if its limit is over before.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let _turn = take_turn(&self.lock, patience)?;
        let for_the_item = match patience {
            Patience::Until(end) => {
                let soon = std::time::Instant::now() + std::time::Duration::from_millis(200);
                Patience::Until(end.max(soon))
            }
            other => other,
        };
        let item = self.reader.peek(for_the_item)?;
        if let Ok(item) = &item {
            look(item);
        }
        self.reader.remove();
        item.map_err(GetError::Decode)
    }
}
