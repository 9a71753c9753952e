// timeout at as-done: it submits a task only when its result is asked for.
pub(crate) fn imap_unordered<A: Message, R: Message, I: Iterator<Item = A>>(
    owner: &OwnerCell<R>,
    arguments: I,
) -> Result<Unordered<I, R>, TaskError> {
    Ok(Unordered {
        feed: Feed::new(owner, arguments)?,
        stream: owner.borrow_mut().open_stream(),
        under_way: 0,
    })
}

impl<I: Iterator<Item: Message>, R: Message> Iterator for Unordered<I, R> {
    type Item = Result<R, TaskError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.under_way == 0 && !self.take_on() {
            return None;
        }
        loop {
            if let Some(result) = self.take_result() {
                self.under_way -= 1;
                return Some(result);
            }
            turn(self.feed.owner(), TURN);
        }
    }
}
