//! The steps of a story's threads in one explored run.
//!
//! All threads take their turns on one thread of the system, so one of std's thread-locals is the
//! log of all. It is behind a lock, for the thread that watches (`busy.rs`).

use std::collections::BTreeSet;
use std::fmt;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use common::Kind;
use shuttle::current::try_get_current_task;

use crate::path::Path;

/// A step of one thread of a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The number of the thread: 0 is the story's main thread, 1 is `Thread_1`.
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
    /// Is about to release the lock of this name.
    Gives(String),
    /// Anything else, in the words of the story.
    Says(String),
}

/// One run of a story: the thread of each turn, and the steps.
#[derive(Debug, Default)]
pub(crate) struct Run {
    pub(crate) path: Path,
    pub(crate) steps: Vec<Step>,
    /// Whether something failed: then the steps of guards during the unwinding do not count.
    failed: bool,
    /// Whether the panic of a thread is the result of its join, and not the end of the run.
    threads_may_panic: bool,
    /// The threads that sleep at a condition now.
    asleep: BTreeSet<usize>,
    /// What the story forbids and a thread did, also if the thread has caught the panic.
    pub(crate) forbidden: Option<String>,
}

/// The current run, and the number of turns in it and all runs before.
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

/// Records that the thread of this number has the next turn.
pub(crate) fn turn(thread: usize) {
    with(|log| {
        log.turns += 1;
        log.run.path.push(thread);
    });
}

/// Records that the run has failed here: there are no more steps.
pub(crate) fn failed() {
    with(|log| log.run.failed = true);
}

/// Records that the failure was part of the story.
pub(crate) fn goes_on() {
    with(|log| log.run.failed = false);
}

/// From now on, in this run, a thread that panics ends alone, and its join returns the panic. Only
/// the threads of [`primitives::spawn`](crate::primitives::spawn) may do so.
pub fn threads_may_panic() {
    with(|log| log.run.threads_may_panic = true);
}

/// Whether the panic of a thread is part of the story.
pub(crate) fn may_threads_panic() -> bool {
    with(|log| log.run.threads_may_panic)
}

/// Whether the thread of this number now sleeps at a condition, whichever it is: for a story whose next
/// step depends on that.
#[must_use]
pub fn is_waiting(thread: usize) -> bool {
    with(|log| log.run.asleep.contains(&thread))
}

/// Calls `wait`, in which the calling thread sleeps at a condition.
pub(crate) fn asleep<R>(wait: impl FnOnce() -> R) -> R {
    let thread = try_get_current_task().map(usize::from);
    with(|log| log.run.asleep.extend(thread));
    let result = wait();
    with(|log| log.run.asleep.retain(|&one| Some(one) != thread));
    result
}

/// Ends the run, because the calling thread does what the story forbids.
pub(crate) fn forbid(what: &str) -> ! {
    with(|log| {
        log.run.forbidden.get_or_insert_with(|| what.to_owned());
    });
    panic!("{what}");
}

/// Ends the run if a thread did what the story forbids, and has caught the panic.
pub(crate) fn expect_nothing_forbidden() {
    if let Some(what) = with(|log| log.run.forbidden.clone()) {
        panic!("{what}");
    }
}

/// Records an event of the traces of locks and threads as a step of the calling thread.
pub(crate) fn observe(kind: Kind, on: &str, what: fmt::Arguments<'_>) {
    // A thread is not a thing with a name of its own: its name is in `what`.
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
            // A change without a value is that of a condition.
            value if value.is_empty() => format!("notifies {on}"),
            value => format!("{on} is now {value}"),
        }),
    });
}

/// Records a step in a story's own words: [`tell!`](crate::tell).
pub fn tell_step(text: fmt::Arguments<'_>) {
    step(Act::Says(text.to_string()));
}

/// A story has some hundred steps. A thread in a loop without a turn makes any number of them until
/// it is stopped, and all are kept in memory.
const MOST_STEPS: usize = 100_000;

fn step(act: Act) {
    // A value may also be dropped after the run, when there is no thread.
    let Some(thread) = try_get_current_task().map(usize::from) else {
        return;
    };
    with(|log| {
        if !log.run.failed && log.run.steps.len() < MOST_STEPS {
            log.run.steps.push(Step { thread, act });
        }
    });
}
