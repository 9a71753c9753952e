// fail at look: the item is out of the queue before it is looked at.
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
