//! The end of a queue that puts.

use std::cell::RefCell;
use std::io;
use std::marker::PhantomData;
use std::time::Duration;

use common::{EventId, Kind, Message, record};
use ipc_pipe::ring::{Patience, WriteError, Writer};
use ipc_pipe::traced;
use ipc_shared::Lock;

use crate::done::Done;
use crate::queue::acquire;
use crate::{PutError, TryPutError};

/// An end that puts. Clones put into the same queue, in other processes too; when the last one
/// is dropped or its process has died, the getters see the end.
#[derive(Debug)]
pub struct Sender<T> {
    pub(crate) name: String,
    pub(crate) done: Done,
    /// Whoever holds it is the one writer of the ring.
    pub(crate) lock: Lock,
    /// The ring, and a buffer that is kept from item to item.
    pub(crate) inner: RefCell<(Writer, Vec<u8>)>,
    pub(crate) most_items: u32,
    pub(crate) items: PhantomData<fn(T)>,
}

impl<T: Message> Sender<T> {
    /// Puts an item at the end of the queue. Blocks while there is no room, for as long as some
    /// receiver lives. When it returns, the item is in the queue, whatever becomes of this
    /// process.
    ///
    /// # Errors
    /// [`PutError`], with the item.
    pub fn put(&self, item: T) -> Result<(), PutError<T>> {
        self.write(item, Patience::Forever)
            .map_err(|error| match error {
                TryPutError::NotHeld(item) => PutError::NotHeld(item),
                TryPutError::Encode(item, error) => PutError::Encode(item, error),
                TryPutError::TooLong {
                    message,
                    most_bytes,
                } => PutError::TooLong {
                    message,
                    most_bytes,
                },
                other => PutError::Disconnected(other.into_inner()),
            })
    }

    /// The same without waiting.
    ///
    /// # Errors
    /// [`TryPutError`], with the item; `Full` also while another process is putting.
    pub fn try_put(&self, item: T) -> Result<(), TryPutError<T>> {
        self.write(item, Patience::None)
    }

    /// The same, waiting not longer than `limit`.
    ///
    /// # Errors
    /// [`TryPutError`], with the item.
    pub fn put_timeout(&self, item: T, limit: Duration) -> Result<(), TryPutError<T>> {
        self.write(item, Patience::up_to(limit))
    }

    fn write(&self, item: T, patience: Patience) -> Result<(), TryPutError<T>> {
        let (writer, buffer) = &mut *self.inner.borrow_mut();
        // Asked before the lock, which another process could hold for long.
        if !writer.is_held() {
            return Err(TryPutError::NotHeld(item));
        }
        if let Err(error) = traced::encode(&item, buffer) {
            return Err(TryPutError::Encode(item, error));
        }
        let Ok(_the_one_writer) = acquire(&self.lock, patience) else {
            return Err(TryPutError::Full(item));
        };
        if matches!(patience, Patience::None)
            && let Err(error) = writer.check_room_whole(buffer.len())
        {
            return Err(refused(error, item));
        }
        let send = traced::note_send(&self.name, &item, buffer);
        let written = writer.write_whole(buffer, patience);
        written.map_err(|error| {
            traced::note_unsent(&self.name, &item, send);
            refused(error, item)
        })
    }

    /// Lets the workers of a pool share the end, see [`multiprocess::End::share`].
    pub(crate) fn shared(self) -> Self {
        // SAFETY: `write` alone writes, and it holds the lock of this side, which all processes share.
        unsafe { self.inner.borrow().0.share() };
        self
    }

    /// The number of items in the queue. Others may change it at any time.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.borrow().0.len_messages() as usize
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
        self.len() >= self.most_items as usize
    }

    /// Another end that puts, to be given to another process.
    ///
    /// # Errors
    /// When the limit on open files is reached.
    pub fn try_clone(&self) -> io::Result<Self> {
        // SAFETY: `write` alone writes, and it holds the lock of this side, which is cloned
        // along with the writer.
        let writer = unsafe { self.inner.borrow().0.try_clone() }?;
        Ok(Self {
            name: self.name.clone(),
            done: self.done.clone(),
            lock: self.lock.clone(),
            inner: RefCell::new((writer, Vec::new())),
            most_items: self.most_items,
            items: PhantomData,
        })
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let which = format_args!("sending end");
        let writer = &self.inner.get_mut().0;
        if writer.is_held() {
            let event = record(Kind::Close, &self.name, which, EventId::NONE);
            writer.note_close(event);
        }
    }
}

fn refused<T>(error: WriteError, item: T) -> TryPutError<T> {
    match error {
        WriteError::Disconnected => TryPutError::Disconnected(item),
        WriteError::TooLong { most_bytes } => TryPutError::TooLong {
            message: item,
            most_bytes: most_bytes - traced::cause_bytes(),
        },
        WriteError::NotHeld => TryPutError::NotHeld(item),
        WriteError::Full => TryPutError::Full(item),
    }
}
