// right: one function takes the turn, and another one reads during it.
use ipc_shared::LockGuard;

fn read_in_turn<T: Message>(
    reader: &MessageReader<T>,
    _turn: &LockGuard<'_>,
    patience: Patience,
    look: impl FnOnce(&T),
) -> Result<T, GetError> {
    let seen = reader.peek(patience)?.inspect(look);
    reader.remove();
    Ok(seen.map_err(GetError::Decode)?)
}

impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        let turn = take_turn(&self.lock, patience)?;
        read_in_turn(&self.reader, &turn, patience, look)
    }
}
