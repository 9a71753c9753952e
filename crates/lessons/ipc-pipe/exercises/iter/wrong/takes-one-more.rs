// fail at error: after an error it receives one more message, which is lost.
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let mut is_over = false;
        iter::repeat_with(move || self.recv())
            .take_while(|result| !matches!(result, Err(RecvError::Disconnected)))
            .take_while(move |result| {
                let goes_on = !is_over;
                is_over = result.is_err();
                goes_on
            })
    }
}
