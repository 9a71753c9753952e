// right: it submits one task in each call, and then takes turns until there is a result.
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
        self.take_on();
        if self.under_way == 0 {
            return None;
        }
        let result = loop {
            match self.take_result() {
                Some(result) => break result,
                None => turn(self.feed.owner(), TURN),
            }
        };
        self.under_way -= 1;
        Some(result)
    }
}
