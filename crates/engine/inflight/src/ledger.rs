//! Which handle waits for which packet, and what has been answered.

use std::collections::{BTreeMap, VecDeque};
use std::mem;
use std::ops::Range;

use crate::deaths::Suspect;
use crate::error::{Cause, TaskError, UnseenFailures};
use crate::wire::{Failed, Values};

/// The result of a packet. A failure is rare and takes no room in a result that is none.
pub(crate) type Done<R> = Result<Values<R>, Box<UnseenFailures>>;

/// A result and the function that is to be called with it.
pub(crate) type Callback<R> = Box<dyn FnOnce(Result<R, TaskError>)>;
pub(crate) type Due<R> = VecDeque<(Callback<R>, Result<R, TaskError>)>;

/// A packet that was accepted.
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
    /// Its result goes into the stream of this number, if that is still there.
    Streamed(u64),
    /// The function is to be called with its result.
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

/// The packets that were accepted. A place in the ledger is used again when its packet has been
/// answered and the answer was taken.
pub(crate) struct Ledger<R> {
    next_task: u64,
    entries: Vec<Entry<R>>,
    free: Vec<u32>,
    unanswered: usize,
    unseen: Option<UnseenFailures>,
    /// Results in the order in which they came, for the iterators that want them so.
    streams: BTreeMap<u64, VecDeque<Result<R, TaskError>>>,
    next_stream: u64,
    due: Due<R>,
}

impl<R> Ledger<R> {
    pub(crate) fn new() -> Self {
        Self {
            next_task: 0,
            entries: Vec::new(),
            free: Vec::new(),
            unanswered: 0,
            unseen: None,
            streams: BTreeMap::new(),
            next_stream: 0,
            due: VecDeque::new(),
        }
    }

    /// The number that the next task will have.
    pub(crate) fn next_task(&self) -> u64 {
        self.next_task
    }

    /// How many packets have no answer.
    pub(crate) fn unanswered(&self) -> usize {
        self.unanswered
    }

    /// Enters a packet of some tasks; returns its place.
    pub(crate) fn enter(&mut self, tasks: u32, state: State<R>) -> u32 {
        let entry = Entry {
            first_task: self.next_task,
            tasks,
            position: 0,
            state,
        };
        self.next_task += u64::from(tasks);
        self.unanswered += 1;
        if let Some(place) = self.free.pop() {
            self.entries[place as usize] = entry;
            return place;
        }
        self.entries.push(entry);
        u32::try_from(self.entries.len() - 1).expect("fewer than 4 G packets at a time")
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
            State::Streamed(stream) => match self.streams.get_mut(&stream) {
                Some(stream) => stream.push_back(single(done)),
                None => note(&mut self.unseen, &done),
            },
            State::Called(callback) => self.due.push_back((callback, single(done))),
            _ => note(&mut self.unseen, &done),
        }
        self.free.push(place);
    }

    /// Answers all that is unanswered with this cause.
    pub(crate) fn answer_all(&mut self, cause: &Cause) {
        for place in 0..self.entries.len() as u32 {
            let tasks = self.tasks(place);
            self.answer(place, failed(tasks.start, tasks.end, cause.clone()));
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

    /// No handle will ask for this packet any more. A failure in it is noted as unseen.
    pub(crate) fn forget(&mut self, place: u32) {
        match self.take(place) {
            Some(done) => note(&mut self.unseen, &done),
            None => self.entries[place as usize].state = State::Unwanted,
        }
    }

    /// Opens a stream of results in the order in which they come; returns its number.
    pub(crate) fn open_stream(&mut self) -> u64 {
        let stream = self.next_stream;
        self.next_stream += 1;
        self.streams.insert(stream, VecDeque::new());
        stream
    }

    /// Adds a result that comes from no packet.
    pub(crate) fn push_to_stream(&mut self, stream: u64, result: Result<R, TaskError>) {
        self.streams.entry(stream).or_default().push_back(result);
    }

    /// The next result in the stream, once it is there.
    pub(crate) fn take_from_stream(&mut self, stream: u64) -> Option<Result<R, TaskError>> {
        self.streams.get_mut(&stream)?.pop_front()
    }

    /// No iterator will ask for the results in this stream any more.
    pub(crate) fn close_stream(&mut self, stream: u64) {
        for result in self.streams.remove(&stream).unwrap_or_default() {
            note(&mut self.unseen, &result.map(Values::One).map_err(one));
        }
    }

    /// The failures that were never looked at, those that a handle could still ask for included.
    ///
    /// # Errors
    /// When there are any.
    pub(crate) fn unseen(&self) -> Result<(), UnseenFailures> {
        let mut unseen = self.unseen.clone();
        for entry in &self.entries {
            if let State::Done(done) = &entry.state {
                note(&mut unseen, done);
            }
        }
        let unread = self.streams.values().flatten();
        for error in unread.filter_map(|result| result.as_ref().err()) {
            note::<R>(&mut unseen, &Err(one(error.clone())));
        }
        unseen.map_or(Ok(()), Err)
    }

    /// The calls that are due now.
    pub(crate) fn due(&mut self) -> &mut Due<R> {
        &mut self.due
    }

    /// The packet was put into the queue, after this number of others.
    #[inline]
    pub(crate) fn note_position(&mut self, place: u32, position: u64) {
        self.entries[place as usize].position = position;
    }

    /// The numbers of its tasks.
    fn tasks(&self, place: u32) -> Range<u64> {
        let entry = &self.entries[place as usize];
        entry.first_task..entry.first_task + u64::from(entry.tasks)
    }

    /// Whether the packet in this place has no answer yet.
    #[inline]
    pub(crate) fn is_unanswered(&self, place: u32) -> bool {
        self.entries[place as usize].state.is_open()
    }

    /// Whether the packet in this place is the one that begins with this task, and is unanswered.
    #[inline]
    pub(crate) fn is_open(&self, place: u32, first_task: u64) -> bool {
        let entry = self.entries.get(place as usize);
        entry.is_some_and(|entry| entry.first_task == first_task && entry.state.is_open())
    }

    /// The unanswered packet with this task, which a dead worker had in hand. Looks at all of them.
    pub(crate) fn suspect(&self, task: u64, cause: Cause) -> Option<Suspect> {
        let has_it = |&place: &u32| self.is_unanswered(place) && self.tasks(place).contains(&task);
        let place = (0..self.entries.len() as u32).find(has_it)?;
        Some(Suspect {
            task,
            cause,
            place,
            tasks: self.tasks(place),
            position: self.entries[place as usize].position,
        })
    }
}

/// The result of a packet as its worker has told it.
pub(crate) fn done<R>(result: Result<Values<R>, Failed>) -> Done<R> {
    result.or_else(|of| failed(of.task, of.task + u64::from(of.count), of.failure.into()))
}

/// The tasks from this one to that one failed, for this cause.
pub(crate) fn failed<R>(task: u64, end: u64, cause: Cause) -> Done<R> {
    Err(Box::new(UnseenFailures {
        count: (end - task) as usize,
        first: TaskError { task, cause },
    }))
}

/// The result of a packet of one task.
pub(crate) fn single<R>(done: Done<R>) -> Result<R, TaskError> {
    match done {
        Ok(Values::One(value)) => Ok(value),
        Ok(Values::Many(_)) => unreachable!("a packet of one task has one value"),
        Err(failures) => Err(failures.first),
    }
}

fn one(first: TaskError) -> Box<UnseenFailures> {
    Box::new(UnseenFailures { count: 1, first })
}

/// Adds the failures, if there are any.
fn note<R>(unseen: &mut Option<UnseenFailures>, done: &Done<R>) {
    if let Err(failures) = done {
        match unseen {
            Some(unseen) => unseen.add(failures),
            None => *unseen = Some((**failures).clone()),
        }
    }
}
