// right: it takes a result, submits one more task, or takes a turn; then it calls itself.
pub(crate) fn imap_unordered<A: Message, R: Message, I: Iterator<Item = A>>(
    owner: &OwnerCell<R>,
    arguments: I,
) -> Result<Unordered<I, R>, TaskError> {
    let mut results = Unordered {
        feed: Feed::new(owner, arguments)?,
        stream: owner.borrow_mut().open_stream(),
        under_way: 0,
    };
    let workers = owner.borrow().workers();
    for _ in 0..workers {
        results.take_on();
    }
    Ok(results)
}

impl<I: Iterator<Item: Message>, R: Message> Iterator for Unordered<I, R> {
    type Item = Result<R, TaskError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.take_result() {
            Some(result) => {
                self.take_on();
                self.under_way -= 1;
                Some(result)
            }
            None if self.take_on() => self.next(),
            None if self.under_way == 0 => None,
            None => {
                turn(self.feed.owner(), TURN);
                self.next()
            }
        }
    }
}
