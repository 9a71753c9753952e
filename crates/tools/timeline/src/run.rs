//! The contents of a log: the events of a run in the order of time, the lanes on which they
//! happened, and the things to which they happened.

pub(crate) mod causality;
pub(crate) mod hang;
pub(crate) mod head;
pub(crate) mod holds;
pub(crate) mod leaving;
pub(crate) mod spans;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::iter::successors;

use common::log::what;
use common::{EventId, Kind};

/// A run as its log records it. Events, lanes and things refer to each other by their indices in
/// these lists.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// The program's name; empty when the first line of the log is lost.
    pub program: String,
    /// The fault at the end of an explored schedule; otherwise empty.
    pub found: String,
    /// The events in the order of time; the cause of an event comes before it.
    pub events: Vec<Event>,
    /// The processes, threads and tasks, in the order in which they appear.
    pub lanes: Vec<Lane>,
    /// The pipes, queues, locks and values, in the order in which they are first used.
    pub things: Vec<Thing>,
    /// The time of the first event on `CLOCK_MONOTONIC`, in nanoseconds.
    pub begun: u64,
    /// The damage to the log.
    pub damage: Damage,
    /// For a run that had to be ended: clauses on what its processes waited for. Not from the log.
    pub stuck: Vec<String>,
    /// For a run that had to be ended: whether each of its threads slept and is on a lane of the
    /// log. Not from the log.
    pub is_idle: bool,
    /// For a watched run: the pids of the processes for whose end no process of it waited. Not from
    /// the log, which lacks a bare `waitpid(2)`.
    pub unwaited: Option<BTreeSet<u32>>,
}

/// Something that happened on a lane.
#[derive(Debug, Clone)]
pub struct Event {
    /// Nanoseconds since the first event of the run.
    pub t: u64,
    /// Its id in the log.
    pub id: EventId,
    /// Its kind.
    pub kind: Kind,
    /// The lane on which it happened, as an index of [`Run::lanes`].
    pub lane: usize,
    /// The thing to which it happened, as an index of [`Run::things`].
    pub on: Option<usize>,
    /// The message, child or value that it is about.
    pub what: Box<str>,
    /// The printed line, for a [`Kind::Say`].
    pub say: Box<str>,
    /// The event that caused it, on any lane, as an index of [`Run::events`].
    pub cause: Option<usize>,
    /// Whether it names a cause that is not in the log.
    pub is_cause_lost: bool,
}

/// A process, a thread or a task.
#[derive(Debug, Clone)]
pub struct Lane {
    /// Its name: the one that the program gave it, with a number if another lane has the same name.
    pub name: String,
    /// The name that the program gave it.
    pub called: String,
    /// The pid of its process.
    pub pid: u32,
    /// The id of the thread on which it began.
    pub tid: u32,
    /// Whether it is a process, a thread or a task.
    pub role: Role,
    /// The name of the thing of which it is an inner part; empty otherwise.
    pub of: String,
    /// The lane that created it, if known.
    pub parent: Option<usize>,
    /// Its events in the order of time, as indices of [`Run::events`].
    pub events: Vec<usize>,
    /// How it ended.
    pub end: End,
}

/// The role of a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A process, more exactly its first thread.
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
    /// Without recording its end, so it was killed. The event is that of another lane, which waited
    /// for the end.
    Killed(usize),
    /// Unknown: it was still running, or no lane has waited for it.
    Unknown,
}

/// A pipe, a queue, a lock or a value, used by one lane or several.
#[derive(Debug, Clone)]
pub struct Thing {
    /// Its name.
    pub name: String,
    /// What kind of thing it is.
    pub class: Class,
    /// The name of the thing of which it is an inner part; empty otherwise.
    pub of: String,
    /// For a thing that is counted, such as a semaphore: how many may hold it at a time. Any lane
    /// may release it. `None` for everything else: a lock has one owner, which alone releases it.
    pub room: Option<usize>,
    /// Its events in the order of time, as indices of [`Run::events`].
    pub events: Vec<usize>,
}

/// The class of a thing, determined by its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Work that a lane begins and ends: a task of a pool, a pause.
    Work,
    /// A value that is set.
    Value,
    /// A lock that is taken and released, or a thing that lanes wait for. It may have a value.
    Lock,
    /// A pipe or a queue: messages go in and come out.
    Channel,
}

/// The damage to a log. The rest of the log can still be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Damage {
    /// The number of lines that are no events and were skipped.
    pub bad_lines: usize,
    /// The line number of the first of them, counted from 1.
    pub first_bad_line: Option<usize>,
    /// The number of lines of another version of the format, which were skipped, too.
    pub other_versions: usize,
    /// The number of events that name a cause later than themselves; they are shown without it.
    pub backwards: usize,
    /// The number of events that name a cause which is not in the log.
    pub lost_causes: usize,
    /// The number of events in the middle of a long log that the recorder has left out.
    pub left_out: usize,
    /// The number of events that are missing between other events of their process, in a log that
    /// is otherwise complete.
    pub missing: usize,
    /// The index in [`Run::events`] from which on no event is missing.
    pub whole_from: usize,
    /// Whether the log lacks its first line, which has the program and the boot.
    pub headless: bool,
}

impl Run {
    /// The time from the first event to the last one, in nanoseconds.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.events.last().map_or(0, |event| event.t)
    }

    /// The lanes that were waited for, if their exits are known. (The join of a task that was
    /// killed names the kill.)
    pub(crate) fn joined(&self) -> HashSet<usize> {
        let joins = self.events.iter().filter(|event| event.kind == Kind::Join);
        let causes = joins.filter_map(|event| event.cause);
        let exits = causes.map(|cause| &self.events[cause]);
        let exits = exits.filter(|cause| cause.kind == Kind::Exit);
        exits.map(|exit| exit.lane).collect()
    }

    /// For each lane, the result of `look` for it, or else for the nearest of its ancestors.
    pub(crate) fn nearest<T: Clone>(&self, look: impl Fn(usize) -> Option<T>) -> Vec<Option<T>> {
        let mut found: Vec<Option<Option<T>>> = vec![None; self.lanes.len()];
        for lane in 0..self.lanes.len() {
            let parent = |lane: &usize| self.lanes[*lane].parent;
            let is_new = |lane: &usize| found[*lane].is_none();
            let new: Vec<usize> = successors(Some(lane), parent).take_while(is_new).collect();
            let above = new.last().and_then(parent);
            let mut nearest = above.and_then(|above| found[above].clone().flatten());
            // From the ancestor down, so that `look` is called once for each lane.
            for lane in new.into_iter().rev() {
                nearest = look(lane).or(nearest);
                found[lane] = Some(nearest.clone());
            }
        }
        found.into_iter().map(Option::flatten).collect()
    }
}

impl Lane {
    /// The names by which an event may refer to this lane: its name, the name that the program gave
    /// it, and its pid.
    pub(crate) fn labels(&self) -> [Cow<'_, str>; 3] {
        [
            Cow::Borrowed(&self.name),
            Cow::Borrowed(&self.called),
            Cow::Owned(self.pid.to_string()),
        ]
    }
}

impl Damage {
    /// Returns whether events may be missing, so that something may have happened although the log
    /// does not show it. (A lost first line does not count: it only names the program.)
    #[must_use]
    pub fn has_gaps(&self) -> bool {
        self.bad_lines + self.other_versions + self.lost_causes + self.left_out + self.missing > 0
    }

    /// Returns whether no event is missing from this index on.
    pub(crate) fn is_whole_from(&self, index: usize) -> bool {
        !self.has_gaps() || (index >= self.whole_from && !self.headless)
    }

    /// Returns whether the log is undamaged.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl Event {
    /// Returns whether it is the end of a task that was ended before it was done.
    pub(crate) fn is_killed(&self) -> bool {
        self.kind == Kind::Exit && &*self.what == what::KILLED
    }

    /// Returns whether it waits for the end of the lane that it names, and not for a thing.
    pub(crate) fn waits_for_an_end(&self) -> bool {
        what::is_one_name(&self.what)
    }

    /// Returns whether it waits for room, in the middle of a send.
    pub(crate) fn waits_for_room(&self) -> bool {
        self.kind.is_wait() && &*self.what == what::ROOM
    }

    /// Returns whether it is the end of a process that called `exit`.
    pub(crate) fn is_called_exit(&self) -> bool {
        self.kind == Kind::Exit && &*self.what == what::CALLED_EXIT
    }

    /// The subject of the event as it would be printed: a text without its quotation marks.
    #[must_use]
    pub fn label(&self) -> &str {
        let what = &*self.what;
        what.strip_prefix('"')
            .and_then(|what| what.strip_suffix('"'))
            .unwrap_or(what)
    }
}
