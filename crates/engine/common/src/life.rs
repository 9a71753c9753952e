//! Records the lives of lanes (processes, threads, tasks): their begin, their end, and joins.
//!
//! ```text
//!   maker:  forks(name) ........................ waits_for(name), joins(name, exit)
//!                 \ cause                        / cause
//!   made one:      starts(fork) ...... exits()
//! ```

use std::fmt::Display;

use crate::log::{Event, EventId, Kind, what};
use crate::record::record_event;
use crate::{is_watched, lane};

/// Records that a lane of that name is about to be made.
#[inline]
pub fn forks(name: impl Display) -> EventId {
    record(Kind::Fork, name, EventId::NONE)
}

/// Records that the calling lane begins; `fork` is the event of its maker.
#[inline]
pub fn starts(fork: EventId) {
    record(Kind::Start, "", fork);
}

/// Records that the calling lane is about to end.
#[inline]
pub fn exits() -> EventId {
    record(Kind::Exit, "", EventId::NONE)
}

/// Records that the calling process ends itself at once, by `_exit`: its `main` does not return.
#[inline]
pub fn exits_at_once() {
    record(Kind::Exit, what::AT_ONCE, EventId::NONE);
}

/// Records that the calling task is ended before it was done.
#[inline]
pub fn is_killed() -> EventId {
    record(Kind::Exit, what::KILLED, EventId::NONE)
}

/// Records that a signal is about to be sent to the lane of that name, or a task is about to be dropped.
#[inline]
pub fn kills(name: impl Display) -> EventId {
    record(Kind::Kill, name, EventId::NONE)
}

/// Records that a wait for the end of the lane of that name begins.
#[inline]
pub fn waits_for(name: impl Display) {
    record(Kind::Wait, name, EventId::NONE);
}

/// Records that the lane waits for its next input, whatever that is, and now and then checks for
/// other work. Does nothing if the lane is known to wait: its next event ends the wait.
#[inline]
pub fn idles() {
    if is_watched() && !lane::waits() {
        record(Kind::WaitLimit, "", EventId::NONE);
    }
}

/// Records that a wait with a limit for the end of the lane of that name begins.
#[inline]
pub fn waits_for_a_time(name: impl Display) {
    record(Kind::WaitLimit, name, EventId::NONE);
}

/// Records that the wait is over, and the lane of that name has not ended.
#[inline]
pub fn gives_up(name: impl Display) {
    record(Kind::GiveUp, name, EventId::NONE);
}

/// Runs a wait for something that is neither a lane nor a thing (`what` describes it), and records
/// its begin and its end. `has_come` decides from the result whether the wait was successful.
/// Without a limit, the wait can last forever.
pub fn record_wait<R>(
    what: impl Display,
    has_limit: bool,
    wait: impl FnOnce() -> R,
    has_come: impl FnOnce(&R) -> bool,
) -> R {
    match has_limit {
        true => waits_for_a_time(&what),
        false => waits_for(&what),
    }
    let waited = wait();
    match has_come(&waited) {
        true => resumes(),
        false => gives_up(&what),
    }
    waited
}

/// Calls `look`, which finds out what to record; does nothing if events have no effect.
#[inline]
pub fn looks(look: impl FnOnce()) {
    if is_watched() {
        look();
    }
}

/// Records the join of the lane of that name; `exit` is the event of its end, if it recorded one.
#[inline]
pub fn joins(name: impl Display, exit: EventId) {
    record(Kind::Join, name, exit);
}

/// Records the join of the lane of that name, which recorded no end.
#[inline]
pub fn reaps(name: impl Display) {
    record(Kind::Join, name, EventId::NONE);
}

/// Records that the calling task stops until the task of that name has ended. Does nothing if the
/// task is known to wait, since a task calls this again at each of its turns.
#[inline]
pub fn awaits(name: impl Display) {
    if is_watched() && !lane::waits() {
        record(Kind::Wait, name, EventId::NONE);
    }
}

/// Records that the calling task stops until it is woken. Does nothing if it is known to wait.
#[inline]
pub fn suspends() {
    awaits("");
}

/// Records that the calling task goes on. Does nothing if it was not known to wait.
#[inline]
pub fn resumes() {
    if is_watched() && lane::waits() {
        record(Kind::Resume, "", EventId::NONE);
    }
}

#[inline]
fn record(kind: Kind, what: impl Display, cause: EventId) -> EventId {
    if !is_watched() {
        return EventId::NONE;
    }
    write_down(kind, what, cause)
}

#[cold]
fn write_down(kind: Kind, what: impl Display, cause: EventId) -> EventId {
    record_event(Event {
        what: format_args!("{what}"),
        cause,
        ..Event::new(kind)
    })
}
