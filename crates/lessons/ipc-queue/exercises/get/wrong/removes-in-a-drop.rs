// fail at panics: a destructor removes the item even if `look` panics, and then no process gets it.
struct Removes<'a, T: Message>(&'a MessageReader<T>);

impl<T: Message> Drop for Removes<'_, T> {
    fn drop(&mut self) {
        self.0.remove();
    }
}

impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let _the_one_reader = take_turn(&self.lock, patience)?;
        let item = self.reader.peek(patience)?;
        let _at_the_end = Removes(&self.reader);
        let item = item.map_err(GetError::Decode)?;
        look(&item);
        Ok(item)
    }
}
