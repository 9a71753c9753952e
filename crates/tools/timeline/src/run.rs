//! What a log tells of a run: its events in the order of time, the lanes they happened on, and
//! the things they happened to.

pub(crate) mod causality;
pub(crate) mod hang;
pub(crate) mod head;
pub(crate) mod holds;
pub(crate) mod leaving;
pub(crate) mod spans;

use std::borrow::Cow;
use std::collections::HashSet;
use std::iter::successors;

use common::log::what;
use common::{EventId, Kind};

/// A run, as its log tells it. Events, lanes and things refer to each other by their places in
/// these lists.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// The program's name, or nothing when the log's first line is lost.
    pub program: String,
    /// What was found at the end of a schedule that was explored up to a fault; or nothing.
    pub found: String,
    /// In the order of time; what caused an event stands before it.
    pub events: Vec<Event>,
    /// Processes, threads and tasks, in the order in which they appear.
    pub lanes: Vec<Lane>,
    /// Pipes, queues, locks, values, in the order in which they are first used.
    pub things: Vec<Thing>,
    /// When the first event was, by `CLOCK_MONOTONIC`, in nanoseconds.
    pub begun: u64,
    /// What is wrong with the log.
    pub damage: Damage,
    /// Of a run that had to be cut off: what its processes waited for, in clauses. No log has it.
    pub stuck: Vec<String>,
}

/// Something that happened on a lane.
#[derive(Debug, Clone)]
pub struct Event {
    /// Nanoseconds since the first event of the run.
    pub t: u64,
    /// Its name in the log.
    pub id: EventId,
    /// What kind.
    pub kind: Kind,
    /// On which lane: a place in [`Run::lanes`].
    pub lane: usize,
    /// To which thing: a place in [`Run::things`].
    pub on: Option<usize>,
    /// Which message, which child, which value.
    pub what: Box<str>,
    /// The printed line, of a [`Kind::Say`].
    pub say: Box<str>,
    /// What caused it, on another lane or this one: a place in [`Run::events`].
    pub cause: Option<usize>,
    /// It names a cause that is not in the log.
    pub is_cause_lost: bool,
}

/// A process, a thread or a task.
#[derive(Debug, Clone)]
pub struct Lane {
    /// Its name: that of the program, and its number where another lane has the same one.
    pub name: String,
    /// The name that the program gave it.
    pub called: String,
    /// Its process.
    pub pid: u32,
    /// The thread it began on.
    pub tid: u32,
    /// What it is.
    pub role: Role,
    /// The name of the thing of which it is an inner part, or nothing.
    pub of: String,
    /// The lane that made it, as far as is known.
    pub parent: Option<usize>,
    /// What happened on it: places in [`Run::events`], in the order of time.
    pub events: Vec<usize>,
    /// How it ended.
    pub end: End,
}

/// What a lane is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A process, or rather its first thread.
    Process,
    /// Another thread of a process.
    Thread,
    /// A task, on a thread that has a lane of its own.
    Task,
}

/// How a lane ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// By itself, with this event.
    Exit(usize),
    /// Another lane waited for its end, which it did not record itself: it was killed. The event
    /// is that of the lane that waited.
    Killed(usize),
    /// The log does not say: it was still running, or no lane has waited for it.
    Unknown,
}

/// A pipe, a queue, a lock, a value: what lanes have in common.
#[derive(Debug, Clone)]
pub struct Thing {
    /// Its name.
    pub name: String,
    /// What it is.
    pub class: Class,
    /// The name of the thing of which it is an inner part, or nothing.
    pub of: String,
    /// How many may have it at a time, of what is counted, such as a semaphore: any lane may give it
    /// back. `None` of all else: a lock has one owner, which alone gives it back.
    pub room: Option<usize>,
    /// What happened to it: places in [`Run::events`], in the order of time.
    pub events: Vec<usize>,
}

/// What a thing is, by what happens to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Work that a lane begins and ends: a task of a pool, a pause.
    Work,
    /// A value that is set.
    Value,
    /// A lock that is taken and given back, or a thing that lanes wait for. It may have a value.
    Lock,
    /// A pipe or a queue: messages go in and come out.
    Channel,
}

/// What is wrong with a log. None of it keeps the rest from being shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Damage {
    /// Lines that are no event, and were skipped.
    pub bad_lines: usize,
    /// The number of the first of them, counted from 1.
    pub first_bad_line: Option<usize>,
    /// Lines of another version of the format, which were skipped too.
    pub other_versions: usize,
    /// Events that name a cause which is later than they are; they are shown without it.
    pub backwards: usize,
    /// Events that name a cause which is not in the log.
    pub lost_causes: usize,
    /// Events in the middle of a long log that the recorder has left out.
    pub left_out: usize,
    /// Events whose numbers are between those of others of their processes, of a log that is whole
    /// otherwise.
    pub missing: usize,
    /// From this place in [`Run::events`] on, no event is missing.
    pub whole_from: usize,
    /// Whether the log has no first line that tells program and boot.
    pub headless: bool,
}

impl Run {
    /// From the first event to the last, in nanoseconds.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.events.last().map_or(0, |event| event.t)
    }

    /// The lanes that were waited for, as far as their exits are known. (The join of a task that was
    /// killed names the kill.)
    pub(crate) fn joined(&self) -> HashSet<usize> {
        let joins = self.events.iter().filter(|event| event.kind == Kind::Join);
        let causes = joins.filter_map(|event| event.cause);
        let exits = causes.map(|cause| &self.events[cause]);
        let exits = exits.filter(|cause| cause.kind == Kind::Exit);
        exits.map(|exit| exit.lane).collect()
    }

    /// For each lane what `look` finds on it, or else on the nearest of those that it comes from.
    pub(crate) fn nearest<T: Clone>(&self, look: impl Fn(usize) -> Option<T>) -> Vec<Option<T>> {
        let mut found: Vec<Option<Option<T>>> = vec![None; self.lanes.len()];
        for lane in 0..self.lanes.len() {
            let parent = |lane: &usize| self.lanes[*lane].parent;
            let is_new = |lane: &usize| found[*lane].is_none();
            let new: Vec<usize> = successors(Some(lane), parent).take_while(is_new).collect();
            let above = new.last().and_then(parent);
            let mut nearest = above.and_then(|above| found[above].clone().flatten());
            // From above, so that each is looked at once.
            for lane in new.into_iter().rev() {
                nearest = look(lane).or(nearest);
                found[lane] = Some(nearest.clone());
            }
        }
        found.into_iter().map(Option::flatten).collect()
    }
}

impl Lane {
    /// What an event may call it that is about this lane: its name, the one that the program gave it,
    /// and its process id.
    pub(crate) fn labels(&self) -> [Cow<'_, str>; 3] {
        [
            Cow::Borrowed(&self.name),
            Cow::Borrowed(&self.called),
            Cow::Owned(self.pid.to_string()),
        ]
    }
}

impl Damage {
    /// Whether something that happened may not stand in the log, so that what the log does not tell
    /// may have happened all the same. (A first line that is lost told only of the program.)
    #[must_use]
    pub fn has_gaps(&self) -> bool {
        self.bad_lines + self.other_versions + self.lost_causes + self.left_out + self.missing > 0
    }

    /// Whether no event is missing from that place on.
    pub(crate) fn is_whole_from(&self, place: usize) -> bool {
        !self.has_gaps() || (place >= self.whole_from && !self.headless)
    }

    /// Whether the log is whole.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl Event {
    /// Whether it is the end of a task that was ended before it was done.
    pub(crate) fn is_killed(&self) -> bool {
        self.kind == Kind::Exit && &*self.what == what::KILLED
    }

    /// Whether it is for the end of the lane that it names, as a wait for no thing.
    pub(crate) fn waits_for_an_end(&self) -> bool {
        what::is_one_name(&self.what)
    }

    /// Whether it is a wait for room, in the middle of a send.
    pub(crate) fn waits_for_room(&self) -> bool {
        self.kind.is_wait() && &*self.what == what::ROOM
    }

    /// Whether it is the end of a process that called `exit`.
    pub(crate) fn is_called_exit(&self) -> bool {
        self.kind == Kind::Exit && &*self.what == what::CALLED_EXIT
    }

    /// What it is about, as it would be printed: of a text without its quotation marks.
    #[must_use]
    pub fn label(&self) -> &str {
        let what = &*self.what;
        what.strip_prefix('"')
            .and_then(|what| what.strip_suffix('"'))
            .unwrap_or(what)
    }
}
