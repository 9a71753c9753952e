// fail at errors: when a task has panicked, it panics itself, so the panic is no item and ends the iterator.
use crate::Cause;

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
                if let Err(error) = &result
                    && let Cause::Panicked(text) = &error.cause
                {
                    panic!("a task has panicked: {text}");
                }
                return Some(result);
            }
            let is_any = self.feed.owner().borrow_mut().collect();
            if is_any || self.take_on() {
                continue;
            }
            if self.under_way == 0 {
                return None;
            }
            turn(self.feed.owner(), TURN);
        }
    }
}
