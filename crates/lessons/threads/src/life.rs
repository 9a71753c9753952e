//! What each thread of this crate does first and last, in a scope or not.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use common::{EventId, Kind, Lane, end_of_panic, lane, record};
use crossbeam_channel::Sender;

use crate::error::StartError;
use crate::live::Entry;

/// The news that a thread has ended.
#[derive(Debug)]
pub(crate) struct Exit {
    pub(crate) thread: String,
    /// The event of the end, which is the cause of the join.
    pub(crate) event: EventId,
}

/// A thread about to be born: made by the one that starts it, lived by the new one.
#[derive(Debug)]
pub(crate) struct Life {
    name: String,
    lane: Lane,
    fork: EventId,
    exits: Sender<Exit>,
    entry: Entry,
}

impl Life {
    pub(crate) fn new(name: String, exits: Sender<Exit>) -> Result<Self, StartError> {
        if name.contains('\0') {
            return Err(StartError::Name(name));
        }
        // The cause is stamped before the act: the thread does not exist yet.
        let fork = record(Kind::Fork, "", format_args!("{name}"), EventId::NONE);
        Ok(Self {
            entry: Entry::new(&name),
            lane: Lane::new(&*name),
            name,
            fork,
            exits,
        })
    }

    /// Called in the new thread: enters its lane, calls `function`, and tells of the end.
    pub(crate) fn live<T>(self, function: impl FnOnce() -> T) -> T {
        let _std_made_it = lane::replace(self.lane);
        record(Kind::Start, "", format_args!(""), self.fork);
        ENDING.set(Some(Ending {
            name: self.name,
            exits: self.exits,
            entry: Some(self.entry),
        }));
        // A function that panicked is not looked at any more.
        catch_unwind(AssertUnwindSafe(function)).unwrap_or_else(|panic| {
            resume_unwind(harmless(panic));
        })
    }
}

thread_local! {
    /// A thread has ended when the destructors of its thread-locals have run: they may take long,
    /// and a join waits for them. Those that were made last are dropped first, so this one, which is
    /// made before the thread's function is called, comes after all of that function's.
    static ENDING: Cell<Option<Ending>> = const { Cell::new(None) };
}

/// A panic that can be dropped anywhere. Only text surely can: the destructor of anything else could
/// panic in its turn, which would end the thread that joins, or the process. Then its text is kept.
fn harmless(panic: Box<dyn Any + Send>) -> Box<dyn Any + Send> {
    if panic.is::<&str>() || panic.is::<String>() {
        return panic;
    }
    Box::new(end_of_panic(panic))
}

/// Tells of the end of a thread when it is dropped.
struct Ending {
    name: String,
    exits: Sender<Exit>,
    entry: Option<Entry>,
}

impl Drop for Ending {
    fn drop(&mut self) {
        // Before the news: a thread that was joined is not in the list any more.
        self.entry = None;
        let exit = Exit {
            event: record(Kind::Exit, "", format_args!(""), EventId::NONE),
            thread: std::mem::take(&mut self.name),
        };
        // Nobody listens when the handle is gone: a thread that dropped its own.
        let _nobody = self.exits.send(exit);
    }
}
