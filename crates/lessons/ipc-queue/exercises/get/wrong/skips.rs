// fail at type: it skips an item that cannot be decoded, without an error.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let _the_one_reader = take_turn(&self.lock, patience)?;
        loop {
            let item = self.reader.peek(patience)?;
            if let Ok(item) = item {
                look(&item);
                self.reader.remove();
                return Ok(item);
            }
            self.reader.remove();
        }
    }
}
