// fail at killed: it ends if no worker is there at the moment, although the next one is being started.
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
        loop {
            if let Some(result) = self.take_result() {
                self.under_way -= 1;
                return Some(result);
            }
            let is_any = self.feed.owner().borrow_mut().collect();
            if !is_any && !self.take_on() {
                let has_workers = !self.feed.owner().borrow_mut().pids().is_empty();
                if self.under_way == 0 || !has_workers {
                    return None;
                }
                turn(self.feed.owner(), TURN);
            }
        }
    }
}
