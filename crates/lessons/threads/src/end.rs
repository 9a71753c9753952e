//! The end of a thread, as the threads that wait for it see it.

use std::time::Duration;

use common::EventId;
use explore::primitives::{Condvar, Instant, Mutex, MutexGuard, PoisonError};

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
        *self.exit() = Some(exit);
        self.told.notify_all();
    }

    /// The event of the end, if the thread has ended; does not block.
    pub(crate) fn event(&self) -> Option<EventId> {
        *self.exit()
    }

    /// Blocks until the thread has ended, and returns the event of its end.
    pub(crate) fn wait(&self) -> EventId {
        let mut exit = self.exit();
        loop {
            if let Some(exit) = *exit {
                return exit;
            }
            let woken = self.told.wait(exit);
            exit = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Blocks until the thread has ended, for `limit` at most, and returns whether it has.
    pub(crate) fn wait_timeout(&self, limit: Duration) -> bool {
        let since = Instant::now();
        let mut exit = self.exit();
        while exit.is_none() {
            let Some(left) = limit.checked_sub(since.elapsed()) else {
                return false;
            };
            let woken = self.told.wait_timeout(exit, left);
            (exit, _) = woken.unwrap_or_else(PoisonError::into_inner);
        }
        true
    }

    fn exit(&self) -> MutexGuard<'_, Option<EventId>> {
        self.exit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
