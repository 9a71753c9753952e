//! The two ends of a pipe. They use the engine's ring ([`ring`](mod@ring)); as in `tiny.rs`, a
//! message exists once the writer's position (`tail`) is stored. New here: a side that has nothing to
//! do sleeps until the other side wakes it with a byte over a socket pair. When a side is dropped or its
//! process dies, the kernel closes its socket. A receiver that sees this takes what is still in the ring, and
//! only then reports the end. A long message is sent in pieces, and exists once its last piece does.

use std::io;
use std::iter;
use std::time::Duration;

use common::{Message, Trace}; // Values that can become bytes; the recorder of a run.
use ring::{MessageReader, MessageWriter, Patience}; // Patience: how long a call may wait.

use crate::{RecvError, SendError};

/// The capacity. A message takes its length, rounded up to a multiple of four, and four bytes more.
const CAPACITY_BYTES: usize = 1 << 20;

/// Creates a one-way pipe for messages of type `T`.
///
/// To give an end to a child, move it into the child's target (the function that it calls). The
/// pipe ends when the sender is dropped or its process has died.
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
    /// receiver lives. A message that was sent is received, unless the receiver ends before that.
    ///
    /// # Errors
    /// [`SendError`], which returns the message. Never `Full`: this call waits instead.
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        self.write(message, Patience::Forever)
    }

    /// Sends a message if there is room for all of it now; does not block. A message that is larger
    /// than the pipe never fits.
    ///
    /// # Errors
    /// [`SendError`], which returns the message.
    pub fn try_send(&self, message: T) -> Result<(), SendError<T>> {
        self.write(message, Patience::None)
    }

    /// Sends a message of any length; waits for room at most for `limit`.
    ///
    /// # Errors
    /// [`SendError`], which returns the message.
    pub fn send_timeout(&self, message: T, limit: Duration) -> Result<(), SendError<T>> {
        self.write(message, Patience::up_to(limit))
    }

    fn write(&self, message: T, patience: Patience) -> Result<(), SendError<T>> {
        // Encode first: a message that cannot be encoded takes no room.
        let sent = self
            .0
            .pack(&message)
            .and_then(|packed| packed.send(patience));
        sent.map_err(|error| SendError::new(error, message))
    }
}

/// The receiving end. Drop closes it; messages that were not received are lost.
#[derive(Debug)]
pub struct Receiver<T>(pub(crate) MessageReader<T>);

impl<T: Message> Receiver<T> {
    /// Receives the next message. Blocks until there is one, or until the sender has gone.
    ///
    /// # Errors
    /// [`RecvError`]; `Disconnected` at the end of the stream, when every message has been
    /// received. Never `Empty`: this call waits instead.
    pub fn recv(&self) -> Result<T, RecvError> {
        self.read(Patience::Forever)
    }

    /// Receives the next message if there is one; does not block.
    ///
    /// # Errors
    /// [`RecvError`]: `Empty` when there is no message yet, `Disconnected` at the end of the stream.
    pub fn try_recv(&self) -> Result<T, RecvError> {
        self.read(Patience::None)
    }

    /// Receives the next message; waits for it at most for `limit`.
    ///
    /// # Errors
    /// [`RecvError`].
    pub fn recv_timeout(&self, limit: Duration) -> Result<T, RecvError> {
        self.read(Patience::up_to(limit))
    }

    /// Returns whether [`recv`](Self::recv) would return at once, with a whole message or an error;
    /// waits for that at most for `limit`. A message stays in the pipe.
    #[must_use]
    pub fn poll(&self, limit: Duration) -> bool {
        self.0.is_ready(Patience::up_to(limit))
    }

    /// Returns an iterator over the messages up to the end of the stream. Any other error is its last item.
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        let mut is_over = false; // after an error that is not the end
        iter::from_fn(move || match (!is_over).then(|| self.recv())? {
            Err(RecvError::Disconnected) => None,
            other => {
                is_over = other.is_err();
                Some(other)
            }
        })
    }

    fn read(&self, patience: Patience) -> Result<T, RecvError> {
        // The outer error: no message was received. The inner one: its bytes are not a `T`.
        self.0.recv(patience)?.map_err(RecvError::Decode)
    }
}
