//! The end of a thread, as the threads that wait for it see it.

use std::time::Duration;

use common::EventId;
use explore::primitives::{Condvar, Instant, Mutex};

/// Whether a thread has ended. std's `join` cannot wait with a limit, this can.
#[derive(Debug, Default)]
pub(crate) struct End {
    /// The event of the end, which is the cause of the join.
    exit: Mutex<Option<EventId>>,
    told: Condvar,
}

impl End {
    /// The thread has ended; called once, by itself.
    pub(crate) fn tell(&self, exit: EventId) {
        *self.exit.lock() = Some(exit);
        self.told.notify_all();
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
            exit = self.told.wait(exit);
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
            (exit, _) = self.told.wait_timeout(exit, left);
        }
        true
    }
}
