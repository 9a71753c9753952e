// fail at turn: it waits for an item without its turn, and takes its turn only to remove the item.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        loop {
            let _there_is_one = self.reader.peek(patience)?;
            let _turn = take_turn(&self.lock, patience)?;
            match self.reader.peek(Patience::None) {
                // Another process was quicker.
                Err(ring::ReadError::Empty) if !patience.is_over() => {}
                item => {
                    let item = item?;
                    if let Ok(item) = &item {
                        look(item);
                    }
                    self.reader.remove();
                    return item.map_err(GetError::Decode);
                }
            }
        }
    }
}
