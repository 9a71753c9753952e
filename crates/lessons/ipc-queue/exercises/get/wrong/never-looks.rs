// fail at look: it never calls `look`.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        let _ = look;
        self.reader.reader().check_held()?;
        let _the_one_reader = take_turn(&self.lock, patience)?;
        self.reader.recv(patience)?.map_err(GetError::Decode)
    }
}
