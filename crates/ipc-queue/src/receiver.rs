//! The end of a queue that gets.

use std::cell::RefCell;
use std::io;
use std::marker::PhantomData;
use std::time::Duration;

use common::{DecodeError, EventId, Kind, Message, record};
use ipc_pipe::ring::{Patience, ReadError, Reader};
use ipc_pipe::traced;
use ipc_shared::Lock;

use crate::queue::acquire;
use crate::{GetError, GetTimeoutError, TryGetError};

/// An end that gets. Clones get from the same queue, in other processes too: each item goes to
/// one of them. When the last one is dropped or its process has died, putting is an error, and
/// the items that are left are lost.
#[derive(Debug)]
pub struct Receiver<T> {
    pub(crate) name: String,
    /// Whoever holds it is the one reader of the ring.
    pub(crate) lock: Lock,
    pub(crate) reader: RefCell<Reader>,
    pub(crate) items: PhantomData<fn() -> T>,
}

impl<T: Message> Receiver<T> {
    /// Gets the first item of the queue. Blocks until there is one, or until every sender has
    /// gone.
    ///
    /// # Errors
    /// [`GetError::Disconnected`] when every sender has gone and the queue is empty.
    pub fn get(&self) -> Result<T, GetError> {
        self.get_with(|_| ())
    }

    /// The same, and calls `look` while the item is still in the queue: if this process dies in
    /// `look`, the next getter gets the item. For who has to know where each item went. `look`
    /// must not use the queue.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn get_with(&self, look: impl FnOnce(&T)) -> Result<T, GetError> {
        match self.read(Patience::Forever, look) {
            Ok(decoded) => decoded.map_err(GetError::Decode),
            Err(ReadError::NotHeld) => Err(GetError::NotHeld),
            Err(_) => Err(GetError::Disconnected),
        }
    }

    /// The same without waiting.
    ///
    /// # Errors
    /// [`TryGetError`]; `Empty` also while another process is getting.
    pub fn try_get(&self) -> Result<T, TryGetError> {
        match self.read(Patience::None, |_| ()) {
            Ok(decoded) => decoded.map_err(TryGetError::Decode),
            Err(ReadError::Empty) => Err(TryGetError::Empty),
            Err(ReadError::Disconnected) => Err(TryGetError::Disconnected),
            Err(ReadError::NotHeld) => Err(TryGetError::NotHeld),
        }
    }

    /// The same, waiting not longer than `limit`.
    ///
    /// # Errors
    /// [`GetTimeoutError`].
    pub fn get_timeout(&self, limit: Duration) -> Result<T, GetTimeoutError> {
        match self.read(Patience::up_to(limit), |_| ()) {
            Ok(decoded) => decoded.map_err(GetTimeoutError::Decode),
            Err(ReadError::Empty) => Err(GetTimeoutError::Timeout),
            Err(ReadError::Disconnected) => Err(GetTimeoutError::Disconnected),
            Err(ReadError::NotHeld) => Err(GetTimeoutError::NotHeld),
        }
    }

    /// The items until every sender has gone. Any other error ends it, too, as its last item.
    pub fn iter(&self) -> impl Iterator<Item = Result<T, GetError>> + '_ {
        let mut is_over = false;
        std::iter::from_fn(move || match (!is_over).then(|| self.get())? {
            Err(GetError::Disconnected) => None,
            other => {
                is_over = other.is_err();
                Some(other)
            }
        })
    }

    fn read(
        &self,
        patience: Patience,
        look: impl FnOnce(&T),
    ) -> Result<Result<T, DecodeError>, ReadError> {
        let mut reader = self.reader.borrow_mut();
        // Asked before the lock, which another process could hold for long.
        if !reader.is_held() {
            return Err(ReadError::NotHeld);
        }
        let Some(_the_one_reader) = acquire(&self.lock, patience) else {
            return Err(ReadError::Empty);
        };
        let read = reader.read(patience, |bytes| {
            traced::decode(&self.name, bytes).inspect(look)
        });
        if matches!(read, Err(ReadError::Disconnected)) {
            record(
                Kind::Eof,
                &self.name,
                format_args!(""),
                reader.close_event(),
            );
        }
        read
    }

    /// The number of items in the queue. Others may change it at any time.
    #[must_use]
    pub fn len(&self) -> usize {
        self.reader.borrow().len_messages() as usize
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
        // SAFETY: `read` alone reads, and it holds the lock of this side, which is cloned along
        // with the reader.
        let reader = unsafe { self.reader.borrow().try_clone() }?;
        Ok(Self {
            name: self.name.clone(),
            lock: self.lock.clone(),
            reader: RefCell::new(reader),
            items: PhantomData,
        })
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        record(Kind::Close, &self.name, format_args!(""), EventId::NONE);
    }
}
