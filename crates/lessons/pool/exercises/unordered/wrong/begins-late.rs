// fail at ahead: the workers have nothing to do until the first result is asked for.
pub(crate) fn imap_unordered<A: Message, R: Message, I: Iterator<Item = A>>(
    owner: &OwnerCell<R>,
    arguments: I,
) -> Result<Unordered<I, R>, TaskError> {
    let feed = Feed::new(owner, arguments)?;
    let stream = owner.borrow_mut().open_stream();
    Ok(Unordered { feed, stream, under_way: 0 })
}

impl<I: Iterator<Item: Message>, R: Message> Iterator for Unordered<I, R> {
    type Item = Result<R, TaskError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(result) = self.take_result() {
                self.under_way -= 1;
                return Some(result);
            }
            if !self.take_on() {
                if self.under_way == 0 {
                    return None;
                }
                turn(self.feed.owner(), TURN);
            }
        }
    }
}
