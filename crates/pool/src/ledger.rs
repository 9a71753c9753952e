//! Who waits for which packet, and what has been answered.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::mem;
use std::rc::Rc;

use crate::error::Cause;
use crate::{TaskError, UnseenFailures};

/// What came of each task of a packet; or one cause that stands for all.
pub(crate) type Done<R> = Vec<Result<R, Cause>>;

/// The same with the numbers of the tasks.
type Results<R> = Vec<Result<R, TaskError>>;

/// Where results go that are wanted in the order in which they come.
pub(crate) type Stream<R> = Rc<RefCell<VecDeque<Result<R, TaskError>>>>;

#[derive(Debug)]
struct Entry<R> {
    /// The number of its first task.
    first_task: u64,
    state: State<R>,
}

#[derive(Debug)]
enum State<R> {
    /// A handle will ask for it.
    Waiting,
    /// It goes into a stream.
    Streamed(Stream<R>),
    /// The handle was dropped; still to be done.
    Unwanted,
    /// The results, until the handle asks.
    Done(Results<R>),
}

/// The packets that were accepted, by number.
#[derive(Debug)]
pub(crate) struct Ledger<R> {
    next: u64,
    next_task: u64,
    entries: HashMap<u64, Entry<R>>,
    unanswered: usize,
    unseen: Option<UnseenFailures>,
}

impl<R> Ledger<R> {
    pub(crate) fn new() -> Self {
        Self {
            next: 0,
            next_task: 0,
            entries: HashMap::new(),
            unanswered: 0,
            unseen: None,
        }
    }

    /// The number that the next task will have.
    pub(crate) fn next_task(&self) -> u64 {
        self.next_task
    }

    /// Enters a packet of so many tasks, for which a handle, or a stream, waits. Numbers are
    /// given in the order in which packets are put into the queue.
    pub(crate) fn enter(&mut self, tasks: usize, stream: Option<&Stream<R>>) -> u64 {
        let state = stream.map_or(State::Waiting, |stream| State::Streamed(Rc::clone(stream)));
        let entry = Entry {
            first_task: self.next_task,
            state,
        };
        let number = self.next;
        self.entries.insert(number, entry);
        self.next += 1;
        self.next_task += tasks as u64;
        self.unanswered += 1;
        number
    }

    pub(crate) fn unanswered(&self) -> usize {
        self.unanswered
    }

    pub(crate) fn is_unanswered(&self, number: u64) -> bool {
        let entry = self.entries.get(&number);
        entry.is_some_and(|entry| !matches!(entry.state, State::Done(_)))
    }

    /// Enters the answer of a packet; a second one is ignored.
    pub(crate) fn answer(&mut self, number: u64, done: Done<R>) {
        let Some(entry) = self.entries.get_mut(&number) else {
            return;
        };
        if matches!(entry.state, State::Done(_)) {
            return;
        }
        self.unanswered -= 1;
        let numbered = (entry.first_task..).zip(done);
        let results = numbered.map(|(task, done)| done.map_err(|cause| TaskError { task, cause }));
        match mem::replace(&mut entry.state, State::Done(results.collect())) {
            State::Streamed(stream) => {
                let results = self.take(number).into_iter().flatten();
                stream.borrow_mut().extend(results);
            }
            State::Unwanted => self.forget(number),
            _ => {}
        }
    }

    /// Answers all that is unanswered with this cause.
    pub(crate) fn answer_all(&mut self, cause: &Cause) {
        let numbers: Vec<u64> = self.entries.keys().copied().collect();
        for number in numbers {
            self.answer(number, vec![Err(cause.clone())]);
        }
    }

    /// The results of a packet, once they are there, and only once.
    pub(crate) fn take(&mut self, number: u64) -> Option<Results<R>> {
        let is_done = |entry: &Entry<R>| matches!(entry.state, State::Done(_));
        if !self.entries.get(&number).is_some_and(is_done) {
            return None;
        }
        match self.entries.remove(&number)?.state {
            State::Done(results) => Some(results),
            _ => None,
        }
    }

    /// Nobody will ask for this packet any more. A failure in it is noted as unseen.
    pub(crate) fn forget(&mut self, number: u64) {
        if let Some(results) = self.take(number) {
            note_failures(&mut self.unseen, &results);
        } else if let Some(entry) = self.entries.get_mut(&number) {
            entry.state = State::Unwanted;
        }
    }

    /// The failures that nobody has looked at, those that a handle could still ask for included.
    pub(crate) fn unseen(&self) -> Option<UnseenFailures> {
        let mut unseen = self.unseen.clone();
        for entry in self.entries.values() {
            if let State::Done(results) = &entry.state {
                note_failures(&mut unseen, results);
            }
        }
        unseen
    }
}

fn note_failures<R>(unseen: &mut Option<UnseenFailures>, results: &Results<R>) {
    for failure in results.iter().filter_map(|result| result.as_ref().err()) {
        let unseen = unseen.get_or_insert_with(|| UnseenFailures {
            count: 0,
            first: failure.clone(),
        });
        unseen.count += 1;
        // They are noted in the order in which they happen.
        if failure.task < unseen.first.task {
            unseen.first = failure.clone();
        }
    }
}
