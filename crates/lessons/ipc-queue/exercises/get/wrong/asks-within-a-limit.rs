// fail at waits-limit: with a limit, it polls with pauses until the limit is over.
impl<T: Message> Readers<T> {
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.reader.reader().check_held()?;
        let mut longest = patience;
        if let Patience::Until(_) = patience {
            longest = Patience::None;
        }
        loop {
            let got = take_turn(&self.lock, longest)
                .map_err(GetError::from)
                .and_then(|turn| Ok((turn, self.reader.peek(longest)?)));
            match got {
                Err(GetError::Empty) if !patience.is_over() => {
                    std::thread::sleep(std::time::Duration::from_millis(20));
                }
                Err(error) => return Err(error),
                Ok((_turn, item)) => {
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
