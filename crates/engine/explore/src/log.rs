//! What the threads of an explored story did in one run, step by step.
//!
//! All of them take their turns on one thread of the system, so a thread-local of std's is one
//! log for all. It is behind a lock, for the one who looks on (`busy.rs`).

use std::fmt;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use common::Kind;
use shuttle::current::try_get_current_task;

use crate::path::Path;

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
pub(crate) struct Run {
    pub(crate) path: Path,
    pub(crate) steps: Vec<Step>,
    /// Something failed: what its guards do while it unwinds is no step of the story.
    failed: bool,
}

/// The run that is going on, and how many turns there were in this and all before.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    pub(crate) run: Run,
    pub(crate) turns: u64,
}

/// The log of a thread of the system.
pub(crate) type Log = Arc<Mutex<Runs>>;

thread_local! {
    static LOG: Log = Log::default();
}

pub(crate) fn of_this_thread() -> Log {
    LOG.with(Arc::clone)
}

pub(crate) fn locked(log: &Log) -> MutexGuard<'_, Runs> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}

fn with<R>(act: impl FnOnce(&mut Runs) -> R) -> R {
    LOG.with(|log| act(&mut locked(log)))
}

/// Ends the log of one run and begins the next.
pub(crate) fn take() -> Run {
    with(|log| mem::take(&mut log.run))
}

/// The thread of this number has the next turn.
pub(crate) fn turn(thread: usize) {
    with(|log| {
        log.turns += 1;
        log.run.path.push(thread);
    });
}

/// The run has failed here: no more steps.
pub(crate) fn failed() {
    with(|log| log.run.failed = true);
}

/// What had failed was part of the story.
pub(crate) fn goes_on() {
    with(|log| log.run.failed = false);
}

/// Whether the thread of this number now waits for the lock or condition of this name: for a story in
/// which what comes next depends on that.
#[must_use]
pub fn is_waiting(thread: usize, name: &str) -> bool {
    with(|log| {
        let mut steps = log.run.steps.iter().rev();
        let last = steps.find(|step| step.thread == thread);
        last.is_some_and(|step| matches!(&step.act, Act::Waits(on) if on == name))
    })
}

/// What the traces of locks and threads report, as a step of the calling thread.
pub(crate) fn observe(kind: Kind, on: &str, what: fmt::Arguments<'_>) {
    // A thread is no thing with a name of its own: it stands behind.
    let on = match on {
        "" => what.to_string(),
        on => on.to_owned(),
    };
    step(match kind {
        Kind::Wait | Kind::WaitLimit => Act::Waits(on),
        Kind::GiveUp => Act::Says(format!("waits no longer for {on}")),
        Kind::Acquire => Act::Takes(on),
        Kind::Release => Act::Gives(on),
        Kind::Fork => Act::Says(format!("starts {on}")),
        Kind::Join => Act::Says(format!("joins {on}")),
        Kind::Start => Act::Says("begins".to_owned()),
        Kind::Exit => Act::Says("ends".to_owned()),
        _ => Act::Says(match what.to_string() {
            // A condition has no value.
            value if value.is_empty() => format!("notifies {on}"),
            value => format!("{on} is now {value}"),
        }),
    });
}

/// What a story tells of itself: [`tell!`](crate::tell).
pub fn tell_step(text: fmt::Arguments<'_>) {
    step(Act::Says(text.to_string()));
}

/// A story has some hundred steps. A thread in a loop without a turn takes any number of them until it is
/// cut off, and all are kept in memory.
const MOST_STEPS: usize = 100_000;

fn step(act: Act) {
    // A value may also be dropped when the run is over.
    let Some(thread) = try_get_current_task().map(usize::from) else {
        return;
    };
    with(|log| {
        if !log.run.failed && log.run.steps.len() < MOST_STEPS {
            log.run.steps.push(Step { thread, act });
        }
    });
}
