// fail at waits: it checks six times a second whether there is an item.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        loop {
            if let Ok(_the_one_reader) = take_turn(&self.lock, Patience::None) {
                match self.reader.peek(Patience::None) {
                    Err(ring::ReadError::Empty) => {}
                    item => {
                        let item = item?;
                        if let Ok(item) = &item {
                            look(item);
                        }
                        self.reader.remove();
                        return item.map_err(GetError::Decode);
                    }
                }
            } else if let Err(error @ ipc_shared::TryLockError::Lock(_)) = take_turn(&self.lock, Patience::None) {
                return Err(error.into());
            }
            let (now, pause) = (std::time::Instant::now(), std::time::Duration::from_millis(150));
            match patience {
                Patience::None => return Err(GetError::Empty),
                Patience::Until(end) if end <= now => return Err(GetError::Empty),
                Patience::Until(end) => std::thread::sleep(pause.min(end - now)),
                Patience::Forever => std::thread::sleep(pause),
            }
        }
    }
}
