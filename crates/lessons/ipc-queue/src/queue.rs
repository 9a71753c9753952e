//! The two ends of a queue. Both are for any number of processes.

use std::io;
use std::iter;
use std::time::Duration;

use common::Message; // What can become bytes.
use ring::Patience; // How long a call may wait.

use crate::done::Done;
use crate::readers::Readers;
use crate::writers::Writers;
use crate::{GetError, JoinError, MarkError, PutError};

/// An end that puts. Clones put into the same queue, in other processes too; when the last one
/// is dropped or its process has died, the getters see the end.
#[derive(Debug)]
pub struct Sender<T> {
    pub(crate) writers: Writers<T>,
    pub(crate) done: Done,
    pub(crate) most_items: usize,
}

impl<T: Message> Sender<T> {
    /// Puts an item at the end of the queue. Blocks while there is no room, for as long as some
    /// receiver lives. When it returns, the item is in the queue, and its process may end.
    ///
    /// # Errors
    /// [`PutError`], with the item; not [`Full`](PutError::Full).
    pub fn put(&self, item: T) -> Result<(), PutError<T>> {
        self.writers.write(item, Patience::Forever)
    }

    /// Puts an item if there is room for it now, and no other process is putting.
    ///
    /// # Errors
    /// [`PutError`], with the item.
    pub fn try_put(&self, item: T) -> Result<(), PutError<T>> {
        self.writers.write(item, Patience::None)
    }

    /// Puts an item, but waits for room no longer than `limit`.
    ///
    /// # Errors
    /// [`PutError`], with the item.
    pub fn put_timeout(&self, item: T, limit: Duration) -> Result<(), PutError<T>> {
        self.writers.write(item, Patience::up_to(limit))
    }

    /// How many items are not marked as done: in the queue, or in the hands of a getter. (At most
    /// 16,777,215 are counted.)
    #[must_use]
    pub fn outstanding(&self) -> u32 {
        self.writers.outstanding(&self.done)
    }

    /// Waits until every item that was put has been marked as done, but not longer than `limit`.
    /// An item in the hands of a process that was killed is never marked.
    ///
    /// # Errors
    /// [`JoinError`].
    pub fn join_timeout(&self, limit: Duration) -> Result<(), JoinError> {
        self.writers.wait_for_done(&self.done, limit)
    }

    /// For the log: the items left in a queue without a receiver are not lost, but given back.
    #[doc(hidden)]
    pub fn give_back_rest(&self) {
        self.writers.give_back_rest();
    }

    /// The number of items in the queue. Other processes may change it at any time.
    #[must_use]
    pub fn len(&self) -> usize {
        self.writers.len()
    }

    /// Whether there is no item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there are as many items as the queue was made for.
    #[must_use]
    pub fn is_full(&self) -> bool {
        // Beyond it, too: while we look, items go out in front and come in behind.
        self.len() >= self.most_items
    }

    /// Another end that puts, to be given to another process.
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

/// An end that gets. Clones get from the same queue, in other processes too: each item goes to
/// one of them. When the last one is dropped or its process has died, putting is an error, and
/// the items that are left are lost.
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
    /// queue is empty. Not [`Empty`](GetError::Empty).
    pub fn get(&self) -> Result<T, GetError> {
        self.get_with(|_| ())
    }

    /// Gets the first item, and calls `look` while it is still in the queue: if this process dies in
    /// `look`, the next getter gets the item. For a caller that has to know where each item went.
    /// No process can get anything meanwhile.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn get_with(&self, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.readers.read(Patience::Forever, look)
    }

    /// Gets the first item if there is one, and no other process is getting.
    ///
    /// # Errors
    /// [`GetError`].
    pub fn try_get(&self) -> Result<T, GetError> {
        self.readers.read(Patience::None, |_| ())
    }

    /// Gets the first item, but waits for it no longer than `limit`.
    ///
    /// # Errors
    /// [`GetError`].
    pub fn get_timeout(&self, limit: Duration) -> Result<T, GetError> {
        self.readers.read(Patience::up_to(limit), |_| ())
    }

    /// The items until every sender has gone. Any other error ends it, too, as its last item.
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

    /// The number of items in the queue. Other processes may change it at any time.
    #[must_use]
    pub fn len(&self) -> usize {
        self.readers.len()
    }

    /// Whether there is no item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Another end that gets, to be given to another process.
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
