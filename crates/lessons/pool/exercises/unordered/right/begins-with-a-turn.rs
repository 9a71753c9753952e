// right: after the first tasks it takes a turn that does not wait; the stream is opened before the feed.
pub(crate) fn imap_unordered<A: Message, R: Message, I: Iterator<Item = A>>(
    owner: &OwnerCell<R>,
    arguments: I,
) -> Result<Unordered<I, R>, TaskError> {
    let stream = owner.borrow_mut().open_stream();
    let feed = match Feed::new(owner, arguments) {
        Ok(feed) => feed,
        Err(error) => {
            owner.borrow_mut().close_stream(stream);
            return Err(error);
        }
    };
    let mut results = Unordered {
        feed,
        stream,
        under_way: 0,
    };
    let workers = owner.borrow().workers();
    for _ in 0..workers {
        if !results.take_on() {
            break;
        }
    }
    turn(owner, std::time::Duration::ZERO);
    Ok(results)
}

impl<I: Iterator<Item: Message>, R: Message> Iterator for Unordered<I, R> {
    type Item = Result<R, TaskError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.take_on();
        loop {
            if let Some(result) = self.take_result() {
                self.under_way = self.under_way.saturating_sub(1);
                return Some(result);
            }
            if self.take_on() {
                continue;
            }
            match self.under_way {
                0 => return None,
                _ => turn(self.feed.owner(), TURN),
            }
        }
    }
}
