//! The two kinds of ends of a queue.

use std::cell::RefCell;
use std::io;
use std::marker::PhantomData;
use std::time::{Duration, Instant};

use common::{DecodeError, EventId, Kind, Message, next_name, record};
use ipc_pipe::ring::{self, Patience, ReadError, Reader, WriteError, Writer};
use ipc_pipe::traced;
use ipc_shared::{Lock, LockError, LockGuard, TryLockError};

use crate::{GetError, GetTimeoutError, PutError, TryGetError, TryPutError};

/// How many bytes of items may be in a queue.
const CAPACITY_BYTES: usize = 2 << 20;

/// As many items as can be counted.
const MOST_ITEMS: u32 = u32::MAX >> 8;

/// A queue for any number of items, as long as they have no more than 2 MiB together.
///
/// ```
/// let (sender, receiver) = ipc_queue::unbounded()?;
/// sender.put("url_1".to_owned())?;
/// drop(sender);
/// assert_eq!(receiver.get()?, "url_1");
/// assert!(receiver.get().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the system has no memory to share or no descriptors left.
pub fn unbounded<T: Message>() -> io::Result<(Sender<T>, Receiver<T>)> {
    queue(MOST_ITEMS)
}

/// A queue for at most `capacity` items, of no more than 2 MiB together.
///
/// # Errors
/// When `capacity` is 0 (nothing could ever be put) or above 16,777,215; else as [`unbounded`].
pub fn bounded<T: Message>(capacity: usize) -> io::Result<(Sender<T>, Receiver<T>)> {
    match u32::try_from(capacity) {
        Ok(items @ 1..=MOST_ITEMS) => queue(items),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("cannot make a queue for {capacity} items: from 1 to {MOST_ITEMS}"),
        )),
    }
}

fn queue<T: Message>(most_items: u32) -> io::Result<(Sender<T>, Receiver<T>)> {
    let (writer, reader) = ring::ring(CAPACITY_BYTES, most_items)?;
    let name = next_name("queue");
    let sender = Sender {
        name: name.clone(),
        lock: Lock::new()?,
        inner: RefCell::new((writer, Vec::new())),
        most_items,
        items: PhantomData,
    };
    let receiver = Receiver {
        name,
        lock: Lock::new()?,
        reader: RefCell::new(reader),
        items: PhantomData,
    };
    Ok((sender, receiver))
}

/// Takes the lock of one side, as far as patience goes.
///
/// A process that was killed with the lock in its hand has changed nothing that it did not
/// finish (see `ipc_pipe::ring`), so there is nothing to put right.
fn acquire(lock: &Lock, patience: Patience) -> Option<LockGuard<'_>> {
    let taken = match patience {
        Patience::Forever => lock.acquire().map_err(TryLockError::Lock),
        Patience::None => lock.try_acquire(),
        Patience::Until(deadline) => {
            lock.acquire_timeout(deadline.saturating_duration_since(Instant::now()))
        }
    };
    match taken {
        Ok(guard) | Err(TryLockError::Lock(LockError::OwnerDied(guard))) => Some(guard),
        Err(_) => None,
    }
}

/// An end that puts. Clones put into the same queue, in other processes too; when the last one
/// is dropped or its process has died, the getters see the end.
#[derive(Debug)]
pub struct Sender<T> {
    name: String,
    /// Whoever holds it is the one writer of the ring.
    lock: Lock,
    /// The ring, and a buffer that is kept from item to item.
    inner: RefCell<(Writer, Vec<u8>)>,
    most_items: u32,
    items: PhantomData<fn(T)>,
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
        if let Err(error) = traced::encode(&self.name, &item, buffer) {
            return Err(TryPutError::Encode(item, error));
        }
        let Some(_the_one_writer) = acquire(&self.lock, patience) else {
            return Err(TryPutError::Full(item));
        };
        writer
            .write_whole(buffer, patience)
            .map_err(|error| match error {
                WriteError::Disconnected => TryPutError::Disconnected(item),
                WriteError::TooLong { most_bytes } => TryPutError::TooLong {
                    message: item,
                    most_bytes,
                },
                WriteError::Full => TryPutError::Full(item),
            })
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
        self.len() == self.most_items as usize
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
            lock: self.lock.clone(),
            inner: RefCell::new((writer, Vec::new())),
            most_items: self.most_items,
            items: PhantomData,
        })
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let event = record(Kind::Close, &self.name, format_args!(""), EventId::NONE);
        self.inner.get_mut().0.note_close(event);
    }
}

/// An end that gets. Clones get from the same queue, in other processes too: each item goes to
/// one of them. When the last one is dropped or its process has died, putting is an error, and
/// the items that are left are lost.
#[derive(Debug)]
pub struct Receiver<T> {
    name: String,
    /// Whoever holds it is the one reader of the ring.
    lock: Lock,
    reader: RefCell<Reader>,
    items: PhantomData<fn() -> T>,
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
    /// `look`, the next getter gets the item. For who has to know where each item went.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn get_with(&self, look: impl FnOnce(&T)) -> Result<T, GetError> {
        match self.read(Patience::Forever, look) {
            Ok(decoded) => decoded.map_err(GetError::Decode),
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
        }
    }

    /// The items until every sender has gone. An item that is none of the type ends it, too.
    pub fn iter(&self) -> impl Iterator<Item = Result<T, DecodeError>> + '_ {
        let mut is_over = false;
        std::iter::from_fn(move || match self.get() {
            _ if is_over => None,
            Ok(item) => Some(Ok(item)),
            Err(GetError::Decode(error)) => {
                is_over = true;
                Some(Err(error))
            }
            Err(_) => None,
        })
    }

    fn read(
        &self,
        patience: Patience,
        look: impl FnOnce(&T),
    ) -> Result<Result<T, DecodeError>, ReadError> {
        let mut reader = self.reader.borrow_mut();
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
