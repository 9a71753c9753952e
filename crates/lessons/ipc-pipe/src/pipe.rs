//! The two ends of a pipe. The ring is the engine's ([`ring`](mod@ring)): as in `tiny.rs`, a message
//! is there once `tail` is stored. New: a side with nothing to do sleeps until the other wakes it, by
//! a byte through a pair of sockets. The kernel closes the other side's socket when that side is
//! dropped or its process dies: this is the end, and no message has to say so. And a long message
//! goes in pieces, and is received when the last one is there.

use std::io;
use std::iter;
use std::time::Duration;

use common::{Message, Trace}; // What can become bytes; what tells the log of a run.
use ring::{MessageReader, MessageWriter, Patience}; // Patience: how long a call may wait.

use crate::{RecvError, SendError};

/// How many bytes of messages may be on their way.
const CAPACITY_BYTES: usize = 1 << 20;

/// A one-way pipe for messages of type `T`.
///
/// Give one end to a child by moving it into its target, the function it calls; the pipe ends when
/// the sender is dropped or its process has died.
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
    let trace = Trace::new("pipe");
    let (writer, reader) = ring::messages(CAPACITY_BYTES, ring::MOST_MESSAGES, trace)?;
    Ok((Sender(writer), Receiver(reader)))
}

/// The sending end. Drop closes it.
#[derive(Debug)]
pub struct Sender<T>(MessageWriter<T>);

impl<T: Message> Sender<T> {
    /// Sends a message of any length. Blocks while the pipe is full (1 MiB), for as long as the
    /// receiver lives. A message that was sent is received, or lost with the receiver's process.
    ///
    /// # Errors
    /// [`SendError`], which gives the message back. Never `Full`: this call waits instead.
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        self.write(message, Patience::Forever)
    }

    /// Sends a message if there is room for all of it now. One that is larger than the pipe never
    /// fits.
    ///
    /// # Errors
    /// [`SendError`], with the message.
    pub fn try_send(&self, message: T) -> Result<(), SendError<T>> {
        self.write(message, Patience::None)
    }

    /// Sends a message of any length, but waits for room no longer than `limit`.
    ///
    /// # Errors
    /// [`SendError`], with the message.
    pub fn send_timeout(&self, message: T, limit: Duration) -> Result<(), SendError<T>> {
        self.write(message, Patience::up_to(limit))
    }

    fn write(&self, message: T, patience: Patience) -> Result<(), SendError<T>> {
        // Turned into bytes first: a message for which that fails takes no room.
        let sent = self
            .0
            .pack(&message)
            .and_then(|packed| packed.send(patience));
        sent.map_err(|error| SendError::new(error, message))
    }
}

/// The receiving end. Drop closes it, and what was not received is lost.
#[derive(Debug)]
pub struct Receiver<T>(pub(crate) MessageReader<T>);

impl<T: Message> Receiver<T> {
    /// Receives the next message. Blocks until there is one, or until the sender has gone.
    ///
    /// # Errors
    /// [`RecvError`]; `Disconnected` at the end of the stream, when every message was received. Never
    /// `Empty`: this call waits instead.
    pub fn recv(&self) -> Result<T, RecvError> {
        self.read(Patience::Forever)
    }

    /// Receives the next message if it is there.
    ///
    /// # Errors
    /// [`RecvError`]: "no message yet" is another error than "end of stream".
    pub fn try_recv(&self) -> Result<T, RecvError> {
        self.read(Patience::None)
    }

    /// Receives the next message, but waits for it no longer than `limit`.
    ///
    /// # Errors
    /// [`RecvError`].
    pub fn recv_timeout(&self, limit: Duration) -> Result<T, RecvError> {
        self.read(Patience::up_to(limit))
    }

    /// Waits at most `limit` until [`recv`](Self::recv) would not block, and returns whether that is
    /// so: a whole message is there, which stays in the pipe, or an error.
    #[must_use]
    pub fn poll(&self, limit: Duration) -> bool {
        self.0.is_ready(Patience::up_to(limit))
    }

    /// The messages until the end of the stream. Any other error ends it, too, as its last item.
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let mut is_over = false;
        iter::from_fn(move || match (!is_over).then(|| self.recv())? {
            Err(RecvError::Disconnected) => None,
            other => {
                is_over = other.is_err();
                Some(other)
            }
        })
    }

    fn read(&self, patience: Patience) -> Result<T, RecvError> {
        // The outer error: no message came. The inner one: its bytes make no `T`.
        self.0.recv(patience)?.map_err(RecvError::Decode)
    }
}
