// right: a private method keeps the tasks under way.
impl<I: Iterator<Item: Message>, R: Message> Unordered<I, R> {
    /// Keeps at least `wanted` tasks under way, as long as there are arguments.
    fn fill(&mut self, wanted: usize) {
        while self.under_way < wanted && self.take_on() {}
    }
}

pub(crate) fn imap_unordered<A: Message, R: Message, I: Iterator<Item = A>>(
    owner: &OwnerCell<R>,
    arguments: I,
) -> Result<Unordered<I, R>, TaskError> {
    let feed = Feed::new(owner, arguments)?;
    let (stream, workers) = {
        let mut owner = owner.borrow_mut();
        (owner.open_stream(), owner.workers())
    };
    let mut results = Unordered { feed, stream, under_way: 0 };
    results.fill(workers);
    Ok(results)
}

impl<I: Iterator<Item: Message>, R: Message> Iterator for Unordered<I, R> {
    type Item = Result<R, TaskError>;

    fn next(&mut self) -> Option<Self::Item> {
        let workers = self.feed.owner().borrow().workers();
        loop {
            self.fill(2 * workers);
            let Some(result) = self.take_result() else {
                if self.under_way == 0 {
                    return None;
                }
                turn(self.feed.owner(), TURN);
                continue;
            };
            self.under_way -= 1;
            return Some(result);
        }
    }
}
