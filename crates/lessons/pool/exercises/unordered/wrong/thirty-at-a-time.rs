// timeout at at-once: at most thirty tasks are under way, whatever the number of workers.
pub(crate) fn imap_unordered<A: Message, R: Message, I: Iterator<Item = A>>(
    owner: &OwnerCell<R>,
    arguments: I,
) -> Result<Unordered<I, R>, TaskError> {
    let mut results = Unordered {
        feed: Feed::new(owner, arguments)?,
        stream: owner.borrow_mut().open_stream(),
        under_way: 0,
    };
    for _ in 0..30 {
        results.take_on();
    }
    Ok(results)
}

impl<I: Iterator<Item: Message>, R: Message> Iterator for Unordered<I, R> {
    type Item = Result<R, TaskError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(result) = self.take_result() {
                self.take_on();
                self.under_way -= 1;
                return Some(result);
            }
            if self.under_way == 0 {
                return None;
            }
            turn(self.feed.owner(), TURN);
        }
    }
}
