// fail at panics: a `get` in a destructor during a panic returns the item and leaves it in the queue.
struct Removal<'a, T: Message>(&'a MessageReader<T>);

impl<T: Message> Drop for Removal<'_, T> {
    fn drop(&mut self) {
        // Otherwise `look` has panicked, and the next reader gets the item.
        if !std::thread::panicking() {
            self.0.remove();
        }
    }
}

impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let _turn = take_turn(&self.lock, patience)?;
        let item = self.reader.peek(patience)?;
        let _at_the_end = Removal(&self.reader);
        let item = item.map_err(GetError::Decode)?;
        look(&item);
        Ok(item)
    }
}
