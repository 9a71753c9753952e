// right: before each result, it submits tasks while there is room.
pub(crate) fn imap_unordered<A: Message, R: Message, I: Iterator<Item = A>>(
    owner: &OwnerCell<R>,
    arguments: I,
) -> Result<Unordered<I, R>, TaskError> {
    let feed = Feed::new(owner, arguments)?;
    let (stream, workers) = {
        let mut owner = owner.borrow_mut();
        (owner.open_stream(), owner.workers())
    };
    let mut results = Unordered {
        feed,
        stream,
        under_way: 0,
    };
    let mut left = workers;
    while left > 0 && results.take_on() {
        left -= 1;
    }
    Ok(results)
}

impl<I: Iterator<Item: Message>, R: Message> Iterator for Unordered<I, R> {
    type Item = Result<R, TaskError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut room = 8;
        while room > 0 && self.take_on() {
            room -= 1;
        }
        let mut result = self.take_result();
        while result.is_none() && self.under_way > 0 {
            turn(self.feed.owner(), TURN);
            result = self.take_result();
        }
        result.inspect(|_| self.under_way -= 1)
    }
}
