//! The end of a queue that gets.

use std::cell::RefCell;
use std::io;
use std::marker::PhantomData;
use std::time::Duration;

use common::{EventId, Kind, Message, record};
use ipc_pipe::ring::{Patience, ReadError, Reader};
use ipc_pipe::traced;
use ipc_shared::{Lock, TryLockError};

use crate::done::Done;
use crate::queue::acquire;
use crate::{GetError, GetTimeoutError, TryGetError};

/// An end that gets. Clones get from the same queue, in other processes too: each item goes to
/// one of them. When the last one is dropped or its process has died, putting is an error, and
/// the items that are left are lost.
#[derive(Debug)]
pub struct Receiver<T> {
    pub(crate) name: String,
    pub(crate) done: Done,
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
    /// `look`, the next getter gets the item. For who has to know where each item went. Nobody
    /// else can get anything meanwhile, and `look` itself neither.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn get_with(&self, look: impl FnOnce(&T)) -> Result<T, GetError> {
        self.read(Patience::Forever, look)
            .map_err(|error| match error {
                TryGetError::NotHeld => GetError::NotHeld,
                TryGetError::InUse => GetError::InUse,
                TryGetError::Decode(error) => GetError::Decode(error),
                _ => GetError::Disconnected,
            })
    }

    /// The same without waiting.
    ///
    /// # Errors
    /// [`TryGetError`]; `Empty` also while another process is getting.
    pub fn try_get(&self) -> Result<T, TryGetError> {
        self.read(Patience::None, |_| ())
    }

    /// The same, waiting not longer than `limit`.
    ///
    /// # Errors
    /// [`GetTimeoutError`].
    pub fn get_timeout(&self, limit: Duration) -> Result<T, GetTimeoutError> {
        self.read(Patience::up_to(limit), |_| ())
            .map_err(|error| match error {
                TryGetError::Disconnected => GetTimeoutError::Disconnected,
                TryGetError::NotHeld => GetTimeoutError::NotHeld,
                TryGetError::InUse => GetTimeoutError::InUse,
                TryGetError::Decode(error) => GetTimeoutError::Decode(error),
                _ => GetTimeoutError::Timeout,
            })
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

    fn read(&self, patience: Patience, look: impl FnOnce(&T)) -> Result<T, TryGetError> {
        // Asked before the lock, which another process could hold for long.
        if !self.reader.borrow().is_held() {
            return Err(TryGetError::NotHeld);
        }
        let _the_one_reader = acquire(&self.lock, patience).map_err(|error| match error {
            TryLockError::WouldBlock => TryGetError::Empty,
            _ => TryGetError::InUse, // by this very thread
        })?;
        traced::note_wait(&self.name, &mut self.reader.borrow_mut(), patience);
        let decode = |bytes: &[u8]| traced::decode(&self.name, bytes);
        let shown = self.reader.borrow_mut().peek(patience, decode);
        let item = shown.map_err(|error| {
            if matches!(error, ReadError::Empty) {
                traced::note_no_message(&self.name, patience);
            }
            self.not_read(error)
        })?;
        if let Ok(item) = &item {
            look(item);
        }
        self.reader.borrow_mut().remove();
        item.map_err(TryGetError::Decode)
    }

    #[cold]
    fn not_read(&self, error: ReadError) -> TryGetError {
        match error {
            ReadError::Empty => TryGetError::Empty,
            ReadError::NotHeld => TryGetError::NotHeld,
            ReadError::Disconnected => {
                let cause = self.reader.borrow().close_event();
                record(Kind::Eof, &self.name, format_args!(""), cause);
                TryGetError::Disconnected
            }
        }
    }

    /// Lets the workers of a pool share the end, see [`multiprocess::End::share`].
    pub(crate) fn shared(self) -> Self {
        // SAFETY: `read` alone reads, and it holds the lock of this side, which all processes share.
        unsafe { self.reader.borrow().share() };
        self
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
            done: self.done.clone(),
            lock: self.lock.clone(),
            reader: RefCell::new(reader),
            items: PhantomData,
        })
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let which = format_args!("receiving end");
        if self.reader.get_mut().is_held() {
            record(Kind::Close, &self.name, which, EventId::NONE);
        }
    }
}
