// fail at type: an item that cannot be decoded stays in the queue.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let _the_one_reader = take_turn(&self.lock, patience)?;
        let item = self.reader.peek(patience)?.map_err(GetError::Decode)?;
        look(&item);
        self.reader.remove();
        Ok(item)
    }
}
