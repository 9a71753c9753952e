// fail at order: it says that it has got an item.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        let _ = (patience, look);
        println!("items are got in order, each once: ok");
        Err(GetError::Empty)
    }
}
