//! Records which handle waits for which packet, and which packets have been answered.

use std::collections::{BTreeMap, VecDeque};
use std::mem;
use std::ops::Range;

use common::drop_fenced;

use crate::error::{Cause, TaskError, UnseenFailures};
use crate::results::{PacketResult, failed, single};
use crate::suspects::Suspect;

/// The function to be called with a result.
type Callback<R> = Box<dyn FnOnce(Result<R, TaskError>)>;

/// A call that is due, with the result for it.
pub(crate) type DueCall<R> = (Callback<R>, Result<R, TaskError>);

/// A packet that was accepted.
struct Entry<R> {
    first_task: u64,
    tasks: u32,
    /// How many packets were put into the queue before this one.
    position: u64,
    state: State<R>,
}

/// What happens with the result of a packet.
pub enum State<R> {
    /// The entry has no packet.
    Free,
    /// A handle will read the result.
    Waiting,
    /// The result goes into the stream of this number, if that still exists.
    Streamed(u64),
    /// The function is called with the result.
    Called(Callback<R>),
    /// The handle was dropped; the packet is still to be done.
    Unwanted,
    /// The result, until the handle reads it.
    Answered(PacketResult<R>),
}

impl<R> State<R> {
    fn is_open(&self) -> bool {
        !matches!(self, Self::Free | Self::Answered(_))
    }
}

/// The packets that were accepted. An entry is reused when its packet has been answered and the
/// answer has been taken.
pub(crate) struct Ledger<R> {
    /// The number of the next task.
    next_task: u64,
    entries: Vec<Entry<R>>,
    free: Vec<u32>,
    /// How many packets have no answer.
    unanswered: usize,
    unseen: Option<UnseenFailures>,
    /// Results in the order in which they arrived, for the iterators that want that order.
    streams: BTreeMap<u64, VecDeque<PacketResult<R>>>,
    next_stream: u64,
    /// The calls that are due now, each with its result.
    due: VecDeque<DueCall<R>>,
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

    /// The number of the next task.
    #[inline]
    pub(crate) fn next_task(&self) -> u64 {
        self.next_task
    }

    /// Whether a packet is unanswered.
    #[inline]
    pub(crate) fn has_unanswered(&self) -> bool {
        self.unanswered > 0
    }

    /// Records a packet of some tasks; returns the number of its entry.
    pub(crate) fn enter(&mut self, tasks: u32, state: State<R>) -> u32 {
        let packet = Entry {
            first_task: self.next_task,
            tasks,
            position: 0,
            state,
        };
        self.next_task += u64::from(tasks);
        self.unanswered += 1;
        if let Some(free) = self.free.pop() {
            self.entries[free as usize] = packet;
            return free;
        }
        self.entries.push(packet);
        u32::try_from(self.entries.len() - 1).expect("fewer than 4 G packets at a time")
    }

    /// Records a task that was not accepted, with the reason; returns the number of its entry.
    pub(crate) fn refuse(&mut self, state: State<R>, why: String) -> u32 {
        let task = self.next_task;
        let entry = self.enter(1, state);
        self.answer(entry, task, failed(task..task + 1, Cause::Refused(why)));
        entry
    }

    /// Records the answer of a packet. A second one is ignored: a worker that died right after its
    /// answer still had the packet in hand.
    pub(crate) fn answer(&mut self, entry: u32, first_task: u64, done: PacketResult<R>) {
        if !self.is_open(entry, first_task) {
            return;
        }
        let state = &mut self.entries[entry as usize].state;
        self.unanswered -= 1;
        match mem::replace(state, State::Free) {
            State::Waiting => {
                *state = State::Answered(done);
                return;
            }
            State::Streamed(stream) => match self.streams.get_mut(&stream) {
                Some(stream) => stream.push_back(done),
                None => let_go(&mut self.unseen, done),
            },
            State::Called(callback) => self.due.push_back((callback, single(done))),
            _ => let_go(&mut self.unseen, done),
        }
        self.free.push(entry);
    }

    /// Answers all unanswered packets with this cause.
    pub(crate) fn answer_all(&mut self, cause: &Cause) {
        for entry in 0..self.entries.len() as u32 {
            let tasks = self.tasks(entry);
            self.answer(entry, tasks.start, failed(tasks, cause.clone()));
        }
    }

    /// Returns the result of a packet once it has arrived, and only once.
    pub(crate) fn take(&mut self, entry: u32) -> Option<PacketResult<R>> {
        let state = &mut self.entries[entry as usize].state;
        match mem::replace(state, State::Free) {
            State::Answered(done) => {
                self.free.push(entry);
                Some(done)
            }
            other => {
                *state = other;
                None
            }
        }
    }

    /// Records that no handle will read this packet's result. A failure in it counts as unseen.
    pub(crate) fn forget(&mut self, entry: u32) {
        match self.take(entry) {
            Some(done) => let_go(&mut self.unseen, done),
            None => self.entries[entry as usize].state = State::Unwanted,
        }
    }

    /// Opens a stream of results in the order in which they arrive; returns its number.
    pub(crate) fn open_stream(&mut self) -> u64 {
        let stream = self.next_stream;
        self.next_stream += 1;
        self.streams.insert(stream, VecDeque::new());
        stream
    }

    /// Returns the next result in the stream, once it has arrived.
    pub(crate) fn take_from_stream(&mut self, stream: u64) -> Option<Result<R, TaskError>> {
        self.streams.get_mut(&stream)?.pop_front().map(single)
    }

    /// Records that no iterator will read the results in this stream any more.
    pub(crate) fn close_stream(&mut self, stream: u64) {
        for done in self.streams.remove(&stream).unwrap_or_default() {
            let_go(&mut self.unseen, done);
        }
    }

    /// Takes the calls that are due.
    pub(crate) fn take_due(&mut self) -> VecDeque<DueCall<R>> {
        mem::take(&mut self.due)
    }

    /// Returns the failures that were never read, including those that a handle could still read.
    pub(crate) fn unseen(&self) -> Result<(), UnseenFailures> {
        let mut unseen = self.unseen.clone();
        let kept = self.entries.iter().filter_map(|entry| match &entry.state {
            State::Answered(done) => Some(done),
            _ => None,
        });
        let unread = self.streams.values().flatten();
        kept.chain(unread).for_each(|done| note(&mut unseen, done));
        unseen.map_or(Ok(()), Err)
    }

    /// Records that the packet was put into the queue, after this number of others.
    #[inline]
    pub(crate) fn note_position(&mut self, entry: u32, position: u64) {
        self.entries[entry as usize].position = position;
    }

    /// The numbers of the packet's tasks.
    fn tasks(&self, entry: u32) -> Range<u64> {
        let packet = &self.entries[entry as usize];
        packet.first_task..packet.first_task + u64::from(packet.tasks)
    }

    /// Whether the packet of this entry has no answer yet.
    #[inline]
    pub(crate) fn is_unanswered(&self, entry: u32) -> bool {
        self.entries[entry as usize].state.is_open()
    }

    /// Whether the packet of this entry is the one that begins with this task, and is unanswered.
    #[inline]
    pub(crate) fn is_open(&self, entry: u32, first_task: u64) -> bool {
        let packet = self.entries.get(entry as usize);
        packet.is_some_and(|packet| packet.first_task == first_task && packet.state.is_open())
    }

    /// Returns the unanswered packet with this task, which a dead worker had in hand. Searches all entries.
    pub(crate) fn suspect(&self, task: u64, cause: Cause) -> Option<Suspect> {
        let has_it = |&entry: &u32| self.is_unanswered(entry) && self.tasks(entry).contains(&task);
        let entry = (0..self.entries.len() as u32).find(has_it)?;
        Some(Suspect {
            task,
            cause,
            entry,
            tasks: self.tasks(entry),
            position: self.entries[entry as usize].position,
        })
    }
}

/// Adds the failures of a result, if there are any.
fn note<R>(unseen: &mut Option<UnseenFailures>, done: &PacketResult<R>) {
    if let Err(failures) = done {
        match unseen {
            Some(unseen) => unseen.add(failures),
            None => *unseen = Some((**failures).clone()),
        }
    }
}

/// Drops a result that is not wanted, and adds its failures.
fn let_go<R>(unseen: &mut Option<UnseenFailures>, done: PacketResult<R>) {
    note(unseen, &done);
    drop_fenced(done);
}
