// fail at turn: it removes an item that cannot be decoded after its turn is over.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let item = {
            let _the_one_reader = take_turn(&self.lock, patience)?;
            let item = self.reader.peek(patience)?;
            if let Ok(item) = &item {
                look(item);
                self.reader.remove();
            }
            item
        };
        item.map_err(|error| {
            self.reader.remove();
            GetError::Decode(error)
        })
    }
}
