//! Who waits for which packet, and what has been answered.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::mem;
use std::ops::Range;
use std::rc::{Rc, Weak};

use crate::done::{Done, failed, note, note_all, single};
use crate::error::Cause;
use crate::{TaskError, UnseenFailures};

/// Where results go that are wanted in the order in which they come.
pub(crate) type Stream<R> = Rc<Unread<R>>;
type Unread<R> = RefCell<VecDeque<Result<R, TaskError>>>;

/// What is called with a result.
pub(crate) type Callback<R> = Box<dyn FnOnce(Result<R, TaskError>)>;

/// Those who are to be called now, with what.
pub(crate) type Due<R> = VecDeque<(Callback<R>, Result<R, TaskError>)>;

/// A packet that was accepted. Its place in the ledger is free again when nobody needs it.
struct Entry<R> {
    first_task: u64,
    tasks: u32,
    /// How many packets were put into the queue before it.
    position: u64,
    state: State<R>,
}

pub(crate) enum State<R> {
    Free,
    /// A handle will ask for it.
    Waiting,
    /// It goes into a stream, if that is still there.
    Streamed(Weak<Unread<R>>),
    /// Somebody wants to be called.
    Called(Callback<R>),
    /// The handle was dropped; still to be done.
    Unwanted,
    /// The result, until the handle asks.
    Done(Done<R>),
}

impl<R> State<R> {
    fn is_open(&self) -> bool {
        !matches!(self, Self::Free | Self::Done(_))
    }
}

/// The packets that were accepted.
pub(crate) struct Ledger<R> {
    /// The number that the next task will have.
    pub(crate) next_task: u64,
    entries: Vec<Entry<R>>,
    free: Vec<u32>,
    /// How many packets have no answer.
    pub(crate) unanswered: usize,
    unseen: Option<UnseenFailures>,
    streams: Vec<Weak<Unread<R>>>,
    pub(crate) due: Due<R>,
}

impl<R> Ledger<R> {
    pub(crate) fn new() -> Self {
        Self {
            next_task: 0,
            entries: Vec::new(),
            free: Vec::new(),
            unanswered: 0,
            unseen: None,
            streams: Vec::new(),
            due: VecDeque::new(),
        }
    }

    /// Enters a packet of so many tasks; gives its place.
    pub(crate) fn enter(&mut self, tasks: u32, state: State<R>) -> u32 {
        let entry = Entry {
            first_task: self.next_task,
            tasks,
            position: 0,
            state,
        };
        self.next_task += u64::from(tasks);
        self.unanswered += 1;
        match self.free.pop() {
            Some(place) => {
                self.entries[place as usize] = entry;
                place
            }
            None => {
                self.entries.push(entry);
                u32::try_from(self.entries.len() - 1).expect("fewer than 4 G packets at a time")
            }
        }
    }

    pub(crate) fn is_unanswered(&self, place: u32) -> bool {
        self.entries[place as usize].state.is_open()
    }

    /// Enters the answer of a packet. A second one is ignored: a worker that died right after its
    /// answer still had the packet in hand.
    pub(crate) fn answer(&mut self, place: u32, done: Done<R>) {
        let state = &mut self.entries[place as usize].state;
        if !state.is_open() {
            return;
        }
        self.unanswered -= 1;
        match mem::replace(state, State::Free) {
            State::Waiting => {
                *state = State::Done(done);
                return;
            }
            State::Streamed(stream) => match stream.upgrade() {
                Some(stream) => stream.borrow_mut().push_back(single(done)),
                None => note(&mut self.unseen, &done),
            },
            State::Called(callback) => self.due.push_back((callback, single(done))),
            _ => note(&mut self.unseen, &done),
        }
        self.free.push(place);
    }

    /// Answers all that is unanswered with this cause.
    pub(crate) fn answer_all(&mut self, cause: &Cause) {
        for place in 0..self.entries.len() {
            let Entry {
                first_task, tasks, ..
            } = self.entries[place];
            let count = tasks as usize;
            self.answer(place as u32, failed(first_task, count, cause.clone()));
        }
    }

    /// The result of a packet, once it is there, and only once.
    pub(crate) fn take(&mut self, place: u32) -> Option<Done<R>> {
        let state = &mut self.entries[place as usize].state;
        match mem::replace(state, State::Free) {
            State::Done(done) => {
                self.free.push(place);
                Some(done)
            }
            other => {
                *state = other;
                None
            }
        }
    }

    /// Nobody will ask for this packet any more. A failure in it is noted as unseen.
    pub(crate) fn forget(&mut self, place: u32) {
        match self.take(place) {
            Some(done) => note(&mut self.unseen, &done),
            None => self.entries[place as usize].state = State::Unwanted,
        }
    }

    /// The failures that nobody has looked at, those that a handle could still ask for included.
    pub(crate) fn unseen(&self) -> Option<UnseenFailures> {
        let mut unseen = self.unseen.clone();
        for entry in &self.entries {
            if let State::Done(done) = &entry.state {
                note(&mut unseen, done);
            }
        }
        for stream in self.streams.iter().filter_map(Weak::upgrade) {
            note_all(&mut unseen, &stream);
        }
        unseen
    }

    /// A place for results in the order in which they come.
    pub(crate) fn new_stream(&mut self) -> Stream<R> {
        let stream = Stream::default();
        self.streams.retain(|other| other.strong_count() > 0);
        self.streams.push(Rc::downgrade(&stream));
        stream
    }

    /// Nobody will ask for what is in this stream any more.
    pub(crate) fn forget_stream(&mut self, stream: &Stream<R>) {
        note_all(&mut self.unseen, stream);
        stream.borrow_mut().clear();
    }

    /// The packet was put into the queue, behind so many others.
    pub(crate) fn note_position(&mut self, place: u32, position: u64) {
        self.entries[place as usize].position = position;
    }

    /// How many packets were put into the queue before this one.
    pub(crate) fn position(&self, place: u32) -> u64 {
        self.entries[place as usize].position
    }

    /// The numbers of its tasks.
    pub(crate) fn tasks(&self, place: u32) -> Range<u64> {
        let entry = &self.entries[place as usize];
        entry.first_task..entry.first_task + u64::from(entry.tasks)
    }

    /// Whether the packet in this place is the one that begins with this task, and is unanswered.
    pub(crate) fn is_open(&self, place: u32, first_task: u64) -> bool {
        let entry = self.entries.get(place as usize);
        entry.is_some_and(|entry| entry.first_task == first_task && entry.state.is_open())
    }

    /// The place of the unanswered packet with this task. Looks at all of them: for deaths only.
    pub(crate) fn find(&self, task: u64) -> Option<u32> {
        let has_it = |&place: &u32| {
            let is_open = self.entries[place as usize].state.is_open();
            is_open && self.tasks(place).contains(&task)
        };
        (0..self.entries.len() as u32).find(has_it)
    }
}
