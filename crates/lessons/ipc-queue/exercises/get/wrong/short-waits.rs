// fail at waits-limit: with a limit, it waits for 20 ms, again and again.
use std::time::Duration;

fn is_empty<T>(got: &Result<T, ring::ReadError>) -> bool {
    matches!(got, Err(ring::ReadError::Empty))
}

impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let _the_one_reader = take_turn(&self.lock, patience)?;
        let item = loop {
            let longest = match patience {
                Patience::Until(_) => Patience::up_to(Duration::from_millis(20)),
                other => other,
            };
            let item = self.reader.peek(longest);
            if patience.is_over() || !is_empty(&item) {
                break item?;
            }
        };
        if let Ok(item) = &item {
            look(item);
        }
        self.reader.remove();
        item.map_err(GetError::Decode)
    }
}
