//! Who waits for which packet, and what has been answered.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use crate::{TaskError, UnseenFailures};

/// What came of each argument of a packet.
pub(crate) type Done<R> = Vec<Result<R, TaskError>>;

/// Where answers go that are wanted in the order in which they come.
pub(crate) type Stream<R> = Rc<RefCell<VecDeque<Result<R, TaskError>>>>;

#[derive(Debug)]
enum Entry<R> {
    /// A handle will ask for it.
    Waiting,
    /// It goes into a stream.
    Streamed(Stream<R>),
    /// The handle was dropped; still to be done.
    Unwanted,
    /// The answer, until the handle asks.
    Done(Done<R>),
}

/// The packets that were accepted, by number.
#[derive(Debug)]
pub(crate) struct Ledger<R> {
    next: u64,
    entries: HashMap<u64, Entry<R>>,
    unanswered: usize,
    unseen: Option<UnseenFailures>,
}

impl<R> Ledger<R> {
    pub(crate) fn new() -> Self {
        Self {
            next: 0,
            entries: HashMap::new(),
            unanswered: 0,
            unseen: None,
        }
    }

    /// Enters a packet that a handle, or a stream, waits for.
    pub(crate) fn enter(&mut self, stream: Option<&Stream<R>>) -> u64 {
        let number = self.next;
        let entry = stream.map_or(Entry::Waiting, |stream| Entry::Streamed(Rc::clone(stream)));
        self.entries.insert(number, entry);
        self.next += 1;
        self.unanswered += 1;
        number
    }

    pub(crate) fn unanswered(&self) -> usize {
        self.unanswered
    }

    pub(crate) fn is_unanswered(&self, number: u64) -> bool {
        let entry = self.entries.get(&number);
        entry.is_some_and(|entry| !matches!(entry, Entry::Done(_)))
    }

    /// Enters the answer of a packet; a second one is ignored.
    pub(crate) fn answer(&mut self, number: u64, done: Done<R>) {
        if !self.is_unanswered(number) {
            return;
        }
        self.unanswered -= 1;
        match self.entries.insert(number, Entry::Done(done)) {
            Some(Entry::Streamed(stream)) => {
                stream
                    .borrow_mut()
                    .extend(self.take(number).into_iter().flatten());
            }
            Some(Entry::Unwanted) => self.forget(number),
            _ => {}
        }
    }

    /// Answers all that is unanswered with this error.
    pub(crate) fn answer_all(&mut self, error: &TaskError) {
        let numbers: Vec<u64> = self.entries.keys().copied().collect();
        for number in numbers {
            self.answer(number, vec![Err(error.clone())]);
        }
    }

    /// The answer of a packet, once it is there, and only once.
    pub(crate) fn take(&mut self, number: u64) -> Option<Done<R>> {
        if !matches!(self.entries.get(&number), Some(Entry::Done(_))) {
            return None;
        }
        match self.entries.remove(&number) {
            Some(Entry::Done(done)) => Some(done),
            _ => None,
        }
    }

    /// Nobody will ask for this packet any more. A failure in it counts as unseen.
    pub(crate) fn forget(&mut self, number: u64) {
        if let Some(done) = self.take(number) {
            let failures = done.into_iter().filter_map(Result::err);
            failures.for_each(|failure| self.note_unseen(failure));
        } else if let Some(entry) = self.entries.get_mut(&number) {
            *entry = Entry::Unwanted;
        }
    }

    fn note_unseen(&mut self, failure: TaskError) {
        match &mut self.unseen {
            Some(unseen) => unseen.count += 1,
            None => {
                self.unseen = Some(UnseenFailures {
                    count: 1,
                    first: failure,
                });
            }
        }
    }

    /// The failures that nobody asked for.
    pub(crate) fn take_unseen(&mut self) -> Option<UnseenFailures> {
        self.unseen.take()
    }
}
