//! What the threads of an explored story did in one run, step by step.
//!
//! All of them take their turns on one thread of the system, so a thread-local of std's is one
//! log for all.

use std::cell::RefCell;
use std::fmt;

use common::{EventId, Kind};
use shuttle::current::try_get_current_task;

use super::path::Path;

/// A step of one thread of a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its number: 0 is the story's main thread, 1 is `Thread_1`.
    pub thread: usize,
    /// What it did.
    pub act: Act,
}

/// What a thread did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Began to wait for the lock or condition of this name.
    Waits(String),
    /// Took the lock of this name.
    Takes(String),
    /// Is about to give back the lock of this name.
    Gives(String),
    /// Anything else, in the words of the story.
    Says(String),
}

/// One run of a story: whose turn it was, and what was done.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) path: Path,
    pub(super) steps: Vec<Step>,
    /// Something failed: what its guards do while it unwinds is no step of the story.
    failed: bool,
}

thread_local! {
    static RUN: RefCell<Run> = RefCell::default();
}

/// Ends the log of one run and begins the next.
pub(super) fn take() -> Run {
    RUN.take()
}

/// The thread of this number has the next turn.
pub(super) fn turn(thread: usize) {
    RUN.with_borrow_mut(|run| run.path.push(thread));
}

/// The run has failed here: no more steps.
pub(super) fn failed() {
    RUN.with_borrow_mut(|run| run.failed = true);
}

/// What stands in the place of `common::record`: the locks tell each step of theirs.
pub(crate) fn record(kind: Kind, on: &str, _: fmt::Arguments<'_>, _: EventId) -> EventId {
    let on = on.to_owned();
    step(match kind {
        Kind::Wait | Kind::WaitLimit => Act::Waits(on),
        Kind::GiveUp => Act::Says(format!("waits no longer for {on}")),
        Kind::Acquire => Act::Takes(on),
        Kind::Release => Act::Gives(on),
        _ => Act::Says(format!("notifies {on}")),
    });
    EventId::NONE
}

/// What stands in the place of `common::is_recording`.
pub(crate) fn is_recording() -> bool {
    true
}

/// What a story tells of itself.
pub(super) fn tell(text: fmt::Arguments<'_>) {
    step(Act::Says(text.to_string()));
}

fn step(act: Act) {
    // A value may also be dropped when the run is over.
    let Some(thread) = try_get_current_task().map(usize::from) else {
        return;
    };
    RUN.with_borrow_mut(|run| {
        if run.failed {
            return;
        }
        run.steps.push(Step { thread, act });
    });
}
