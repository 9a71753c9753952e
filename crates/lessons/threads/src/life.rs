//! What each thread of this crate does first and last, in a scope or not.

use common::{EventId, Kind, Lane, lane, record};
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
        // On the way out of here, be it by return or by panic, this tells of the end.
        let _ending = Ending {
            name: self.name,
            exits: self.exits,
            _entry: self.entry,
        };
        function()
    }
}

/// Tells of the end of a thread when it is dropped.
struct Ending {
    name: String,
    exits: Sender<Exit>,
    _entry: Entry,
}

impl Drop for Ending {
    fn drop(&mut self) {
        let exit = Exit {
            event: record(Kind::Exit, "", format_args!(""), EventId::NONE),
            thread: std::mem::take(&mut self.name),
        };
        // Nobody listens when the handle is gone: a thread that dropped its own.
        let _nobody = self.exits.send(exit);
    }
}
