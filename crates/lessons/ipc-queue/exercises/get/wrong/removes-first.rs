// fail at look: it removes the item from the queue before it looks at it.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let _the_one_reader = take_turn(&self.lock, patience)?;
        let item = self.reader.recv(patience)?;
        if let Ok(item) = &item {
            look(item);
        }
        item.map_err(GetError::Decode)
    }
}
