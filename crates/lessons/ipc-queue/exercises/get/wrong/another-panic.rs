// fail at panics: it catches the panic of `look`, and panics with a text of its own.
use std::panic::{AssertUnwindSafe, catch_unwind};

impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let turn = take_turn(&self.lock, patience)?;
        let item = self.reader.peek(patience)?;
        if let Ok(item) = &item
            && catch_unwind(AssertUnwindSafe(|| look(item))).is_err()
        {
            drop(turn);
            panic!("`look` has panicked");
        }
        self.reader.remove();
        item.map_err(GetError::Decode)
    }
}
