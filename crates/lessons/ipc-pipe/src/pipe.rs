//! The two ends of a pipe.

use std::cell::RefCell;
use std::io;
use std::marker::PhantomData;
use std::time::Duration;

use common::{DecodeError, EncodeError, EventId, Kind, Message, next_name, record};

use crate::ring::{self, Patience, ReadError, Reader, WriteError, Writer};
use crate::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError, traced};

/// How many bytes of messages may be on their way.
const CAPACITY_BYTES: usize = 1 << 20;

/// A one-way pipe for messages of type `T`.
///
/// Give one end to a child by moving it into its target; the pipe ends when the sender is
/// dropped or its process has died.
///
/// ```
/// let (sender, receiver) = ipc_pipe::pipe()?;
/// sender.send("url_0".to_owned())?;
/// drop(sender);
/// assert_eq!(receiver.recv()?, "url_0");
/// assert!(receiver.recv().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the system has no memory to share or no descriptors left.
pub fn pipe<T: Message>() -> io::Result<(Sender<T>, Receiver<T>)> {
    let (writer, reader) = ring::ring(CAPACITY_BYTES, u32::MAX >> 8)?;
    let name = next_name("pipe");
    let sender = Sender {
        name: name.clone(),
        inner: RefCell::new((writer, Vec::new())),
        messages: PhantomData,
    };
    let receiver = Receiver {
        name,
        reader: RefCell::new(reader),
        messages: PhantomData,
    };
    Ok((sender, receiver))
}

/// The sending end. Drop closes it.
#[derive(Debug)]
pub struct Sender<T> {
    name: String,
    /// The ring, and a buffer that is kept from message to message.
    inner: RefCell<(Writer, Vec<u8>)>,
    messages: PhantomData<fn(T)>,
}

impl<T: Message> Sender<T> {
    /// Sends a message of any length. Blocks while the pipe is full (1 MiB), for as long as the
    /// receiver lives.
    ///
    /// # Errors
    /// [`SendError`], with the message. A message that was sent is received, or lost with the
    /// receiver's process: pipes keep nothing for the next one.
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        match self.write(&message, Patience::Forever) {
            Ok(()) => Ok(()),
            Err(Refused::Encode(error)) => Err(SendError::Encode(message, error)),
            Err(Refused::Write(WriteError::NotHeld)) => Err(SendError::NotHeld(message)),
            Err(Refused::Write(_)) => Err(SendError::Disconnected(message)),
        }
    }

    /// The same without waiting. A message larger than the pipe never fits.
    ///
    /// # Errors
    /// [`TrySendError`], with the message.
    pub fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        self.write_or_give_back(message, Patience::None)
    }

    /// The same, waiting not longer than `limit`.
    ///
    /// # Errors
    /// [`TrySendError`], with the message.
    pub fn send_timeout(&self, message: T, limit: Duration) -> Result<(), TrySendError<T>> {
        self.write_or_give_back(message, Patience::up_to(limit))
    }

    fn write_or_give_back(&self, message: T, patience: Patience) -> Result<(), TrySendError<T>> {
        match self.write(&message, patience) {
            Ok(()) => Ok(()),
            Err(Refused::Encode(error)) => Err(TrySendError::Encode(message, error)),
            Err(Refused::Write(WriteError::Disconnected)) => {
                Err(TrySendError::Disconnected(message))
            }
            Err(Refused::Write(WriteError::NotHeld)) => Err(TrySendError::NotHeld(message)),
            Err(Refused::Write(_)) => Err(TrySendError::Full(message)),
        }
    }

    fn write(&self, message: &T, patience: Patience) -> Result<(), Refused> {
        let (writer, buffer) = &mut *self.inner.borrow_mut();
        if !writer.is_held() {
            return Err(Refused::Write(WriteError::NotHeld));
        }
        traced::encode(message, buffer).map_err(Refused::Encode)?;
        if matches!(patience, Patience::None) {
            writer.check_room(buffer.len()).map_err(Refused::Write)?;
        }
        let send = traced::note_send(&self.name, message, buffer);
        writer.write(buffer, patience).map_err(|error| {
            traced::note_unsent(&self.name, message, send);
            Refused::Write(error)
        })
    }
}

enum Refused {
    Encode(EncodeError),
    Write(WriteError),
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

/// The receiving end. Drop closes it, and what was not received is lost.
#[derive(Debug)]
pub struct Receiver<T> {
    name: String,
    reader: RefCell<Reader>,
    messages: PhantomData<fn() -> T>,
}

impl<T: Message> Receiver<T> {
    /// Receives the next message. Blocks until there is one, or until the sender has gone.
    ///
    /// # Errors
    /// [`RecvError::Disconnected`] at the end of the stream, when every message was received.
    pub fn recv(&self) -> Result<T, RecvError> {
        match self.read(Patience::Forever) {
            Ok(decoded) => decoded.map_err(RecvError::Decode),
            Err(ReadError::NotHeld) => Err(RecvError::NotHeld),
            Err(_) => Err(RecvError::Disconnected),
        }
    }

    /// The same without waiting.
    ///
    /// # Errors
    /// [`TryRecvError`]: "no message yet" is another error than "end of stream".
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        match self.read(Patience::None) {
            Ok(decoded) => decoded.map_err(TryRecvError::Decode),
            Err(ReadError::Empty) => Err(TryRecvError::Empty),
            Err(ReadError::Disconnected) => Err(TryRecvError::Disconnected),
            Err(ReadError::NotHeld) => Err(TryRecvError::NotHeld),
        }
    }

    /// The same, waiting not longer than `limit`.
    ///
    /// # Errors
    /// [`RecvTimeoutError`].
    pub fn recv_timeout(&self, limit: Duration) -> Result<T, RecvTimeoutError> {
        match self.read(Patience::up_to(limit)) {
            Ok(decoded) => decoded.map_err(RecvTimeoutError::Decode),
            Err(ReadError::Empty) => Err(RecvTimeoutError::Timeout),
            Err(ReadError::Disconnected) => Err(RecvTimeoutError::Disconnected),
            Err(ReadError::NotHeld) => Err(RecvTimeoutError::NotHeld),
        }
    }

    /// Whether [`recv`](Self::recv) would return at once, after at most `limit`: with a whole
    /// message, which stays there, or with an error, be it the end of the stream or that this
    /// process does not hold the end.
    #[must_use]
    pub fn poll(&self, limit: Duration) -> bool {
        let mut reader = self.reader.borrow_mut();
        reader.wait_for_message(Patience::up_to(limit)) != Err(ReadError::Empty)
    }

    /// The messages until the end of the stream. Any other error ends it, too, as its last item.
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let mut is_over = false;
        std::iter::from_fn(move || match (!is_over).then(|| self.recv())? {
            Err(RecvError::Disconnected) => None,
            other => {
                is_over = other.is_err();
                Some(other)
            }
        })
    }

    fn read(&self, patience: Patience) -> Result<Result<T, DecodeError>, ReadError> {
        let mut reader = self.reader.borrow_mut();
        traced::note_wait(&self.name, &mut reader, patience);
        let read = reader.read(patience, |bytes| traced::decode(&self.name, bytes));
        match read {
            Err(ReadError::Disconnected) => {
                let close = reader.close_event();
                record(Kind::Eof, &self.name, format_args!(""), close);
            }
            Err(ReadError::Empty) => traced::note_no_message(&self.name, patience),
            _ => {}
        }
        read
    }
}

impl<T> Receiver<T> {
    /// The ring, for `wait_any`.
    pub(crate) fn reader(&self) -> &RefCell<Reader> {
        &self.reader
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
