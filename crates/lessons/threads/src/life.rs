//! What each thread of this crate does first and last, in a scope or not.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use common::{EventId, Lane, end_of_panic, lane, life};
use explore::primitives::thread_local;

use crate::end::End;
use crate::error::StartError;
use crate::live::Entry;

/// A thread about to be born: made by the one that starts it, lived by the new one.
#[derive(Debug)]
pub(crate) struct Life {
    lane: Lane,
    fork: EventId,
    end: Arc<End>,
    entry: Entry,
}

impl Life {
    /// The life of a thread of that name, and what marks its end.
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

    /// Called in the new thread: enters its lane, calls `function`, and sees to the news of the end.
    pub(crate) fn live<T>(self, function: impl FnOnce() -> T) -> T {
        let _made_by_std = lane::replace(self.lane);
        life::starts(self.fork);
        let ending = Ending {
            end: self.end,
            entry: Some(self.entry),
        };
        ENDING.with(|place| place.set(Some(ending)));
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

/// Marks the end of a thread when it is dropped.
struct Ending {
    end: Arc<End>,
    entry: Option<Entry>,
}

impl Drop for Ending {
    fn drop(&mut self) {
        // Before the news: a thread that was joined is not in the list any more.
        self.entry = None;
        self.end.tell(life::exits());
    }
}
