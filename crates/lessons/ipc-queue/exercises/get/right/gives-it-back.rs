// right: it ends its turn with `drop`, and treats the two kinds of items separately.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let turn = take_turn(&self.lock, patience)?;
        let got = match self.reader.peek(patience)? {
            Ok(item) => {
                look(&item);
                Ok(item)
            }
            Err(error) => Err(GetError::Decode(error)),
        };
        self.reader.remove();
        drop(turn);
        got
    }
}
