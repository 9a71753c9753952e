// fail at anew: when its turn begins, it starts the whole limit again for the item.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let limit = patience
            .deadline()
            .map(|deadline| deadline.saturating_duration_since(std::time::Instant::now()));
        let _the_one_reader = take_turn(&self.lock, patience)?;
        let for_the_item = match (patience, limit) {
            (Patience::Until(_), Some(limit)) => Patience::up_to(limit),
            (other, _) => other,
        };
        let item = self.reader.peek(for_the_item)?;
        if let Ok(item) = &item {
            look(item);
        }
        self.reader.remove();
        item.map_err(GetError::Decode)
    }
}
