//! What lanes (processes, threads, tasks) tell of each other's life.
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

/// A lane of that name is about to be made.
#[inline]
pub fn forks(name: impl Display) -> EventId {
    tells(Kind::Fork, name, EventId::NONE)
}

/// The calling lane begins; `fork` is what its maker said.
#[inline]
pub fn starts(fork: EventId) {
    tells(Kind::Start, "", fork);
}

/// The calling lane is about to end.
#[inline]
pub fn exits() -> EventId {
    tells(Kind::Exit, "", EventId::NONE)
}

/// The calling task is ended before it was done.
#[inline]
pub fn is_killed() -> EventId {
    tells(Kind::Exit, what::KILLED, EventId::NONE)
}

/// A signal is about to be sent to the lane of that name, or a task is about to be dropped.
#[inline]
pub fn kills(name: impl Display) -> EventId {
    tells(Kind::Kill, name, EventId::NONE)
}

/// A wait for the end of the lane of that name begins.
#[inline]
pub fn waits_for(name: impl Display) {
    tells(Kind::Wait, name, EventId::NONE);
}

/// The lane waits for what comes next, whatever it is, and looks now and then whether there is something
/// else to do. Nothing when it is known to wait: its next event ends the wait.
#[inline]
pub fn idles() {
    if is_watched() && !lane::waits() {
        tells(Kind::WaitLimit, "", EventId::NONE);
    }
}

/// The lane waits for another one, for a limited time.
#[inline]
pub fn waits_for_a_time(name: impl Display) {
    tells(Kind::WaitLimit, name, EventId::NONE);
}

/// The wait is over, and the lane has not ended.
#[inline]
pub fn gives_up(name: impl Display) {
    tells(Kind::GiveUp, name, EventId::NONE);
}

/// Runs a wait for what is neither a lane nor a thing (`what` says what it is), with its beginning and
/// its end in the log: whether it ended with what it was for, `has_come` tells. It goes on without end
/// if it has no limit.
pub fn tells_wait<R>(
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

/// The lane of that name has been waited for; `exit` is what it said at its end, if it could.
#[inline]
pub fn joins(name: impl Display, exit: EventId) {
    tells(Kind::Join, name, exit);
}

/// The lane of that name has been waited for, and could say nothing at its end.
#[inline]
pub fn reaps(name: impl Display) {
    tells(Kind::Join, name, EventId::NONE);
}

/// The calling task stops until the task of that name has ended. Told once, though a task looks
/// again at each of its turns: nothing when it is known to wait.
#[inline]
pub fn awaits(name: impl Display) {
    if is_watched() && !lane::waits() {
        tells(Kind::Wait, name, EventId::NONE);
    }
}

/// The calling task stops until it is woken. Nothing when it is known to wait.
#[inline]
pub fn suspends() {
    awaits("");
}

/// It goes on. Nothing when it was not known to wait.
#[inline]
pub fn resumes() {
    if is_watched() && lane::waits() {
        tells(Kind::Resume, "", EventId::NONE);
    }
}

#[inline]
fn tells(kind: Kind, what: impl Display, cause: EventId) -> EventId {
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
