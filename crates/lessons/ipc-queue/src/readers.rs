//! The reading side of the ring, for any number of processes.

use std::io;

use common::Message;
use ipc_shared::Lock;
use ring::{MessageReader, Patience};

use crate::done::Done;
use crate::turns::take_turn;
use crate::{GetError, MarkError};

/// One of the readers of a ring.
#[derive(Debug)]
pub(crate) struct Readers<T> {
    reader: MessageReader<T>,
    /// The process that holds this lock is the one reader of the ring.
    lock: Lock,
}

impl<T: Message> Readers<T> {
    pub(crate) fn new(reader: MessageReader<T>, lock: Lock) -> Self {
        // SAFETY: `read` alone acts as the reader, and it holds the lock of this side, which all
        // processes share.
        unsafe { reader.reader().share() };
        Self { reader, lock }
    }

    /// Takes the next item out of the ring, after `look` has seen it there. Blocks while another
    /// process reads, and while there is no item, for as long as patience allows. An item that cannot be
    /// decoded is removed, too, and is an error; `look` does not see it.
    #[inline]
    pub(crate) fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, GetError> {
        // Checked before the lock is taken, because another process could hold it for long.
        self.reader.reader().check_held()?;
        let _the_one_reader = take_turn(&self.lock, patience)?;
        let item = self.reader.peek(patience)?;
        if let Ok(item) = &item {
            look(item);
        }
        // If this process is killed before this line, the next reader gets the item.
        self.reader.remove();
        item.map_err(GetError::Decode)
    }

    /// Returns how many items are in the ring.
    pub(crate) fn len(&self) -> usize {
        self.reader.reader().len_messages()
    }

    /// Marks one item as done.
    pub(crate) fn mark_done(&self, done: &Done) -> Result<(), MarkError> {
        let reader = self.reader.reader();
        reader.check_held().map_err(|_| MarkError::NotHeld)?;
        done.task_done(|count| reader.messages_beyond(count))
            .map_err(|_| MarkError::NothingOutstanding)
    }

    pub(crate) fn try_clone(&self) -> io::Result<Self> {
        // SAFETY: as in `new`; the lock is cloned along with the reader.
        let reader = unsafe { self.reader.try_clone() }?;
        let lock = self.lock.clone();
        Ok(Self { reader, lock })
    }
}
