// fail at sleeps: with more tasks under way than workers, it takes turns that do not wait: it polls.
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
        let workers = self.feed.owner().borrow().workers();
        loop {
            if let Some(result) = self.take_result() {
                self.under_way -= 1;
                return Some(result);
            }
            if self.take_on() {
                continue;
            }
            if self.under_way == 0 {
                return None;
            }
            // With hundreds of tasks, one of them will be done in a moment.
            let limit = match self.under_way > workers {
                true => std::time::Duration::ZERO,
                false => TURN,
            };
            turn(self.feed.owner(), limit);
        }
    }
}
