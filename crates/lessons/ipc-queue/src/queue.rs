//! The two ends of a queue, for any number of processes each. `writers.rs` and `readers.rs` have the locks.

use std::io;
use std::iter;
use std::time::Duration;

use common::Message; // A value that can become bytes.
use ring::Patience; // How long a call may wait.

use crate::done::Done;
use crate::readers::Readers;
use crate::writers::Writers;
use crate::{GetError, JoinError, MarkError, PutError};

/// The sending end of a queue. Clones put into the same queue, in other processes too. When the
/// last one is dropped or its process has died (the kernel closes its descriptor even after a SIGKILL),
/// the receivers get what is left, then see the end.
#[derive(Debug)]
pub struct Sender<T> {
    pub(crate) writers: Writers<T>,
    pub(crate) done: Done,
    pub(crate) most_items: usize,
}

impl<T: Message> Sender<T> {
    /// Puts an item at the end of the queue. Blocks while there is no room, for as long as any
    /// receiver lives. When it returns, the item is in the queue, and the calling process may end.
    ///
    /// # Errors
    /// [`PutError`], which returns the item; never [`Full`](PutError::Full).
    pub fn put(&self, item: T) -> Result<(), PutError<T>> {
        self.writers.write(item, Patience::Forever)
    }

    /// Puts an item if there is room for it now and no other process is putting; does not block.
    ///
    /// # Errors
    /// [`PutError`], which returns the item.
    pub fn try_put(&self, item: T) -> Result<(), PutError<T>> {
        self.writers.write(item, Patience::None)
    }

    /// Puts an item; waits for room at most for `limit`.
    ///
    /// # Errors
    /// [`PutError`], which returns the item.
    pub fn put_timeout(&self, item: T, limit: Duration) -> Result<(), PutError<T>> {
        self.writers.write(item, Patience::up_to(limit))
    }

    /// Returns how many items are not marked as done, in the queue or taken out of it, modulo 16,777,216.
    #[must_use]
    pub fn outstanding(&self) -> u32 {
        self.writers.outstanding(&self.done)
    }

    /// Waits until every item that was put has been marked as done, at most for `limit`. An item
    /// that a process had got when it was killed is never marked.
    ///
    /// # Errors
    /// [`JoinError`].
    pub fn join_timeout(&self, limit: Duration) -> Result<(), JoinError> {
        self.writers.wait_for_done(&self.done, limit)
    }

    /// Records in the log that the items left in a queue without a receiver are given back, not lost.
    #[doc(hidden)]
    pub fn give_back_rest(&self) {
        self.writers.give_back_rest();
    }

    /// Returns the number of items in the queue. Other processes may change it at any time.
    #[must_use]
    pub fn len(&self) -> usize {
        self.writers.len()
    }

    /// Returns whether the queue holds no item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns whether the queue holds as many items as it was made for.
    #[must_use]
    pub fn is_full(&self) -> bool {
        // It can be more than that: while they are counted, items leave the queue and others enter it.
        self.len() >= self.most_items
    }

    /// Returns another sending end, to be given to another process.
    ///
    /// # Errors
    /// When the limit on open files is reached.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Self {
            writers: self.writers.try_clone()?,
            done: self.done.clone(),
            most_items: self.most_items,
        })
    }
}

/// The receiving end of a queue. Clones get from the same queue, in other processes too; each item
/// goes to one of them. When the last one is dropped or its process has died, putting is an error,
/// and the items that are left are lost.
#[derive(Debug)]
pub struct Receiver<T> {
    pub(crate) readers: Readers<T>,
    pub(crate) done: Done,
}

impl<T: Message> Receiver<T> {
    /// Gets the first item. Blocks until there is one, or until every sender has gone.
    ///
    /// # Errors
    /// [`GetError`]; [`Disconnected`](GetError::Disconnected) when every sender has gone and the
    /// queue is empty. Never [`Empty`](GetError::Empty).
    pub fn get(&self) -> Result<T, GetError> {
        self.get_with(|_| ())
    }

    /// Gets the first item, and calls `look` while it is still in the queue: if this process dies
    /// in `look`, the next receiver gets the item. This is for a caller that has to know where each
    /// item went. While `look` runs, no other process can get an item.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn get_with(&self, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.readers.read(Patience::Forever, look)
    }

    /// Gets the first item if there is one and no other process is getting; does not block.
    ///
    /// # Errors
    /// [`GetError`].
    pub fn try_get(&self) -> Result<T, GetError> {
        self.readers.read(Patience::None, |_| ())
    }

    /// Gets the first item; waits for it at most for `limit`.
    ///
    /// # Errors
    /// [`GetError`].
    pub fn get_timeout(&self, limit: Duration) -> Result<T, GetError> {
        self.readers.read(Patience::up_to(limit), |_| ())
    }

    /// Returns an iterator over the items until every sender has gone. Any other error is its last item.
    pub fn iter(&self) -> impl Iterator<Item = Result<T, GetError>> + '_ {
        let mut is_over = false;
        iter::from_fn(move || match (!is_over).then(|| self.get())? {
            Err(GetError::Disconnected) => None,
            other => {
                is_over = other.is_err();
                Some(other)
            }
        })
    }

    /// Marks one item that was got as done, for [`Sender::join_timeout`].
    ///
    /// # Errors
    /// [`MarkError`].
    pub fn task_done(&self) -> Result<(), MarkError> {
        self.readers.mark_done(&self.done)
    }

    /// Returns the number of items in the queue. Other processes may change it at any time.
    #[must_use]
    pub fn len(&self) -> usize {
        self.readers.len()
    }

    /// Returns whether the queue holds no item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns another receiving end, to be given to another process.
    ///
    /// # Errors
    /// When the limit on open files is reached.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Self {
            readers: self.readers.try_clone()?,
            done: self.done.clone(),
        })
    }
}
