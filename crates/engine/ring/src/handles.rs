//! Several handles to one side of a ring, and what can be asked of each.

use std::io;
use std::sync::Arc;

use common::EventId;

use super::{Reader, Writer};

impl Writer {
    /// Whether this process was given the end, see [`multiprocess::End::is_held`].
    #[must_use]
    #[inline]
    pub fn is_held(&self) -> bool {
        self.bell.is_held()
    }

    /// Several processes may hold the end, see [`multiprocess::End::share`].
    ///
    /// # Safety
    /// Only one process writes at a time; a lock has to see to it.
    pub unsafe fn share(&self) {
        self.bell.share();
    }

    /// The number of whole messages in the ring.
    #[must_use]
    pub fn len_messages(&self) -> u32 {
        self.ring.len_messages()
    }

    /// How many messages more than `count` were ever written, where `count` and they are counted
    /// modulo 2^24.
    #[must_use]
    pub fn messages_beyond(&self, count: u32) -> u32 {
        self.ring.messages_beyond(count)
    }

    /// Another handle of the writing side, for another process.
    ///
    /// # Errors
    /// When the limit on open files is reached.
    ///
    /// # Safety
    /// Only one handle writes at a time; a lock has to see to it.
    pub unsafe fn try_clone(&self) -> io::Result<Self> {
        Ok(Self::new(self.bell.try_clone()?, Arc::clone(&self.ring)))
    }

    /// Notes the event of the close that is about to come, for the reader's end of the stream.
    pub fn note_close(&self, event: EventId) {
        self.ring.header.writer.notice.closed.set(event);
    }
}

impl Reader {
    /// Whether this process was given the end, see [`multiprocess::End::is_held`].
    #[must_use]
    #[inline]
    pub fn is_held(&self) -> bool {
        self.bell.is_held()
    }

    /// Several processes may hold the end, see [`multiprocess::End::share`].
    ///
    /// # Safety
    /// Only one process reads at a time; a lock has to see to it.
    pub unsafe fn share(&self) {
        self.bell.share();
    }

    /// The number of whole messages in the ring.
    #[must_use]
    pub fn len_messages(&self) -> u32 {
        self.ring.0.len_messages()
    }

    /// As of a [`Writer`].
    #[must_use]
    pub fn messages_beyond(&self, count: u32) -> u32 {
        self.ring.0.messages_beyond(count)
    }

    /// Another handle of the reading side, for another process.
    ///
    /// # Errors
    /// When the limit on open files is reached.
    ///
    /// # Safety
    /// Only one handle reads at a time; a lock has to see to it.
    pub unsafe fn try_clone(&self) -> io::Result<Self> {
        Ok(Self::new(self.bell.try_clone()?, self.ring.clone()))
    }

    /// The event of the last close on the writing side.
    #[must_use]
    pub fn close_event(&self) -> EventId {
        self.ring.0.header.writer.notice.closed.get()
    }
}
