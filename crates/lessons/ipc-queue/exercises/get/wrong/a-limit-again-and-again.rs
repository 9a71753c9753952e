// fail at waits: where it should wait for an item, it waits with a limit, again and again.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let _the_one_reader = take_turn(&self.lock, patience)?;
        let a_while = std::time::Duration::from_millis(200);
        let item = loop {
            let longest = match patience {
                Patience::Forever => Patience::up_to(a_while),
                other => other,
            };
            match (self.reader.peek(longest), patience) {
                (Err(ring::ReadError::Empty), Patience::Forever) => {}
                (item, _) => break item?,
            }
        };
        if let Ok(item) = &item {
            look(item);
        }
        self.reader.remove();
        item.map_err(GetError::Decode)
    }
}
