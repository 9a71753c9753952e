//! A reader among others: what a wait for whichever of several rings is ready asks of each.

use std::sync::atomic::Ordering;
use std::time::Duration;

use nix::poll::PollFd;

use super::{Header, Patience, ReadError, Reader};

impl Reader {
    /// Whether something has come, a piece of a message at least. A quick look: it does not ask
    /// the kernel whether the other side has gone.
    pub(crate) fn has_piece(&self) -> bool {
        let Header { writer, reader } = &*self.ring().header;
        writer.position(Ordering::Acquire) != reader.position(Ordering::Relaxed)
    }

    /// Before a sleep on several bells: `None` when there is something to receive already (a
    /// message or the end); else this side has said that it sleeps, and gives how long it may.
    pub(crate) fn prepare_sleep(&mut self) -> Option<Duration> {
        loop {
            if self.wait_for_message(Patience::None) != Err(ReadError::Empty) {
                return None;
            }
            let Header { writer, reader } = &*self.ring().header;
            let longest = reader.say_asleep();
            if reader.look_at(writer) == reader.position(Ordering::Relaxed) {
                return Some(longest);
            }
        }
    }

    pub(crate) fn as_poll_fd(&self) -> PollFd<'_> {
        self.bell.as_poll_fd()
    }
}
