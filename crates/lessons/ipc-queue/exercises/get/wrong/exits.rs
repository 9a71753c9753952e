// refused: it ends the process when there is no item.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        let _ = look;
        match self.reader.recv(patience) {
            Ok(item) => item.map_err(GetError::Decode),
            Err(_) => std::process::exit(0),
        }
    }
}
