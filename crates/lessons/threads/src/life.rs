//! The first and last steps of every thread of this crate, inside a scope or not.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use common::{EventId, Lane, end_of_panic, lane, life};
use explore::primitives::thread_local;

use crate::end::End;
use crate::error::StartError;
use crate::live::Entry;

/// A thread about to be started: the starting thread makes this value, the new thread consumes it.
#[derive(Debug)]
pub(crate) struct Life {
    lane: Lane,
    fork: EventId,
    end: Arc<End>,
    entry: Entry,
}

impl Life {
    /// Returns the life of a thread of that name, and the record of its end.
    pub(crate) fn new(name: &str) -> Result<(Self, Arc<End>), StartError> {
        if name.contains('\0') {
            return Err(StartError::Name(name.to_owned()));
        }
        let end = Arc::new(End::default());
        let life = Self {
            // The cause is recorded before the act: the thread does not exist yet.
            fork: life::forks(name),
            entry: Entry::new(name),
            lane: Lane::new(name),
            end: Arc::clone(&end),
        };
        Ok((life, end))
    }

    /// Called in the new thread: enters its lane, calls `function`, and arranges that the end is reported.
    pub(crate) fn live<T>(self, function: impl FnOnce() -> T) -> T {
        let _made_by_std = lane::replace(self.lane);
        life::starts(self.fork);
        let ending = Ending {
            end: self.end,
            entry: Some(self.entry),
        };
        ENDING.with(|place| place.set(Some(ending)));
        // Unwind-safe: after a panic the function and its data are not used again.
        catch_unwind(AssertUnwindSafe(function)).unwrap_or_else(|panic| {
            resume_unwind(harmless(panic));
        })
    }
}

thread_local! {
    /// A thread has ended when the destructors of its thread-locals have run: they may take long,
    /// and a join waits for them. The thread-locals that were made last are dropped first, so this
    /// one, made before the thread's function is called, is dropped after all of that function's.
    static ENDING: Cell<Option<Ending>> = const { Cell::new(None) };
}

/// Makes a panic that can be dropped anywhere. Text always can. The destructor of any other payload
/// could panic too, and end the joining thread or the process; such a payload is replaced by its text.
fn harmless(panic: Box<dyn Any + Send>) -> Box<dyn Any + Send> {
    if panic.is::<&str>() || panic.is::<String>() {
        return panic;
    }
    Box::new(end_of_panic(panic))
}

/// Reports the end of a thread when it is dropped.
struct Ending {
    end: Arc<End>,
    entry: Option<Entry>,
}

impl Drop for Ending {
    fn drop(&mut self) {
        // Before the report: a thread that was joined is not in the list any more.
        self.entry = None;
        self.end.set(life::exits());
    }
}
