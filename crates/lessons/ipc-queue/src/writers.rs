//! The writing side of the ring, for any number of processes.

use std::io;
use std::time::Duration;

use common::log::what;
use common::{Message, life};
use ipc_shared::Lock;
use ring::{MessageWriter, Patience, WriteError};

use crate::PutError;
use crate::turns::take_turn;

/// One of the writers of a ring.
#[derive(Debug)]
pub(crate) struct Writers<T> {
    writer: MessageWriter<T>,
    /// The process that holds it is the one writer of the ring.
    lock: Lock,
}

impl<T: Message> Writers<T> {
    pub(crate) fn new(writer: MessageWriter<T>, lock: Lock) -> Self {
        // SAFETY: `write` alone acts as the writer, and it holds the lock of this side, which all
        // processes share.
        unsafe { writer.writer().share() };
        Self { writer, lock }
    }

    /// Puts an item into the ring, as a whole or not at all. Blocks while another process writes,
    /// and while there is no room, for as long as patience allows.
    #[inline]
    pub(crate) fn write(&self, item: T, patience: Patience) -> Result<(), PutError<T>> {
        // Turned into bytes before the lock is taken: the others need not wait for that.
        let written = self.writer.pack(&item).and_then(|packed| {
            let _the_one_writer =
                take_turn(&self.lock, patience).map_err(|_taken| WriteError::Full)?;
            packed.send_whole(patience)
        });
        written.map_err(|error| PutError::new(error, item))
    }

    /// Whether this process was given the end.
    pub(crate) fn is_held(&self) -> bool {
        self.writer.writer().check_held().is_ok()
    }

    /// Runs a wait for every item, with it in the log.
    pub(crate) fn tells_wait<E>(
        &self,
        limit: Duration,
        wait: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), E> {
        let what = format!("{}{}", what::EVERY_ITEM_OF, self.writer.name());
        life::tells_wait(what, limit != Duration::MAX, wait, Result::is_ok)
    }

    /// Whether every reader has gone.
    pub(crate) fn have_no_reader(&self) -> bool {
        self.writer.has_no_reader()
    }

    /// How many items are in the ring.
    pub(crate) fn len(&self) -> usize {
        self.writer.writer().len_messages()
    }

    /// How many items more than `count` were ever put, modulo 2^24.
    pub(crate) fn items_beyond(&self, count: u32) -> u32 {
        self.writer.writer().messages_beyond(count)
    }

    pub(crate) fn try_clone(&self) -> io::Result<Self> {
        // SAFETY: as in `new`; the lock is cloned along with the writer.
        let writer = unsafe { self.writer.try_clone() }?;
        let lock = self.lock.clone();
        Ok(Self { writer, lock })
    }
}
