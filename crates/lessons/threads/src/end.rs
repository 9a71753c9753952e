//! The end of a thread, for the threads that wait for it.

use std::time::Duration;

use common::EventId;
use explore::primitives::{Condvar, Instant, Mutex};

/// Records whether a thread has ended. Unlike std's `join`, a wait on it can have a limit.
#[derive(Debug, Default)]
pub(crate) struct End {
    /// The event of the end, which the log records as the cause of the join; `None` while it runs.
    exit: Mutex<Option<EventId>>,
    ended: Condvar,
}

impl End {
    /// Records that the thread has ended. The thread calls it once, itself.
    pub(crate) fn set(&self, exit: EventId) {
        *self.exit.lock() = Some(exit);
        self.ended.notify_all();
    }

    /// The event of the end, if the thread has ended; does not block.
    pub(crate) fn event(&self) -> Option<EventId> {
        *self.exit.lock()
    }

    /// Blocks until the thread has ended, and returns the event of its end.
    pub(crate) fn wait(&self) -> EventId {
        let mut exit = self.exit.lock();
        loop {
            if let Some(exit) = *exit {
                return exit;
            }
            exit = self.ended.wait(exit);
        }
    }

    /// Blocks until the thread has ended, for `limit` at most, and returns whether it has.
    pub(crate) fn wait_timeout(&self, limit: Duration) -> bool {
        let since = Instant::now();
        let mut exit = self.exit.lock();
        while exit.is_none() {
            let Some(left) = limit.checked_sub(since.elapsed()) else {
                return false;
            };
            (exit, _) = self.ended.wait_timeout(exit, left);
        }
        true
    }
}
