//! The writing side of the ring, for any number of processes.

use std::io;
use std::time::Duration;

use common::log::what;
use common::{Message, life};
use ipc_shared::Lock;
use ring::{MessageWriter, Patience, WriteError};

use crate::done::Done;
use crate::turns::take_turn;
use crate::{JoinError, PutError};

/// One of the writers of a ring.
#[derive(Debug)]
pub(crate) struct Writers<T> {
    writer: MessageWriter<T>,
    /// The process that holds this lock is the one writer of the ring.
    lock: Lock,
}

impl<T: Message> Writers<T> {
    pub(crate) fn new(writer: MessageWriter<T>, lock: Lock) -> Self {
        // SAFETY: only `write` and `give_back_rest` act as the writer, with the lock of this side, which
        // all processes share.
        unsafe { writer.writer().share() };
        Self { writer, lock }
    }

    /// Puts an item into the ring, as a whole or not at all. Blocks while another process writes,
    /// and while there is no room, for as long as patience allows.
    #[inline]
    pub(crate) fn write(&self, item: T, patience: Patience) -> Result<(), PutError<T>> {
        // Encode before taking the lock, so that the others need not wait for that.
        let written = self.writer.pack(&item).and_then(|packed| {
            let _the_one_writer =
                take_turn(&self.lock, patience).map_err(|_taken| WriteError::Full)?;
            packed.send_whole(patience)
        });
        written.map_err(|error| PutError::new(error, item))
    }

    /// Returns how many items are not marked as done.
    pub(crate) fn outstanding(&self, done: &Done) -> u32 {
        let beyond = |count| self.writer.writer().messages_beyond(count);
        done.outstanding(beyond)
    }

    /// Waits until every item is marked as done; see [`Done::join_timeout`].
    pub(crate) fn wait_for_done(&self, done: &Done, limit: Duration) -> Result<(), JoinError> {
        if self.writer.writer().check_held().is_err() {
            return Err(JoinError::NotHeld);
        }
        let outstanding = || self.outstanding(done);
        let wait = || done.join_timeout(limit, outstanding, || self.writer.has_no_reader());
        // A check that cannot wait is not logged as a wait.
        if limit.is_zero() || outstanding() == 0 {
            return wait();
        }
        let (every, name) = (what::EVERY_ITEM_OF, self.writer.name());
        let what = format_args!("{every}{name}");
        life::record_wait(what, limit != Duration::MAX, wait, Result::is_ok)
    }

    pub(crate) fn give_back_rest(&self) {
        if !self.writer.gives_back_rest() {
            return;
        }
        // As the one writer: meanwhile no other process puts an item, or takes out those that are left.
        if let Ok(_the_one_writer) = take_turn(&self.lock, Patience::Forever) {
            self.writer.give_back_rest();
        }
    }

    /// Returns how many items are in the ring.
    pub(crate) fn len(&self) -> usize {
        self.writer.writer().len_messages()
    }

    pub(crate) fn try_clone(&self) -> io::Result<Self> {
        // SAFETY: as in `new`; the lock is cloned along with the writer.
        let writer = unsafe { self.writer.try_clone() }?;
        let lock = self.lock.clone();
        Ok(Self { writer, lock })
    }
}
