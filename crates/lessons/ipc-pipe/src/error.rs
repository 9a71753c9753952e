//! Why a message was not sent or not received, by a pipe or by a queue. A failed send gives the
//! message back.

use std::error::Error;
use std::fmt;

use common::{DecodeError, EncodeError};

/// Why a message was not sent.
#[non_exhaustive]
pub enum SendError<T> {
    /// The receiving side has gone. (Unix calls this a broken pipe.)
    Disconnected(T),
    /// The end stayed with another process when this one was started.
    NotHeld(T),
    /// The message has no bytes.
    Encode(T, EncodeError),
    /// The message has more bytes than the queue was made for. (A pipe takes any number.)
    TooLong {
        /// The message.
        message: T,
        /// The longest possible.
        most_bytes: usize,
    },
}

/// Why a message was not sent at once, or not in time.
#[non_exhaustive]
pub enum TrySendError<T> {
    /// There is no room for it.
    Full(T),
    /// The receiving side has gone.
    Disconnected(T),
    /// The end stayed with another process when this one was started.
    NotHeld(T),
    /// The message has no bytes.
    Encode(T, EncodeError),
    /// The message has more bytes than the queue was made for. (A pipe takes any number.)
    TooLong {
        /// The message.
        message: T,
        /// The longest possible.
        most_bytes: usize,
    },
}

/// Why no message was received.
#[derive(Debug)]
#[non_exhaustive]
pub enum RecvError {
    /// The end of the stream: every message was received, and the sending side has gone.
    Disconnected,
    /// The end stayed with another process when this one was started.
    NotHeld,
    /// A message was received that is none of the type.
    Decode(DecodeError),
    /// The end is in use further up: a queue's `get_with` is showing an item.
    InUse,
}

/// Why no message was received at once.
#[derive(Debug)]
#[non_exhaustive]
pub enum TryRecvError {
    /// There is none yet.
    Empty,
    /// The end of the stream.
    Disconnected,
    /// The end stayed with another process when this one was started.
    NotHeld,
    /// A message was received that is none of the type.
    Decode(DecodeError),
    /// The end is in use further up: a queue's `get_with` is showing an item.
    InUse,
}

/// Why no message was received in time.
#[derive(Debug)]
#[non_exhaustive]
pub enum RecvTimeoutError {
    /// There was none.
    Timeout,
    /// The end of the stream.
    Disconnected,
    /// The end stayed with another process when this one was started.
    NotHeld,
    /// A message was received that is none of the type.
    Decode(DecodeError),
    /// The end is in use further up: a queue's `get_with` is showing an item.
    InUse,
}

const GONE: &str = "the receiving side has gone (broken pipe)";
const END: &str = "the sending side has gone, and all was received (end of stream)";
const NOT_HELD: &str = "this end stayed with another process; move it into the target of the one that uses it (of a \
     pipe, one process can use an end; the workers of a pool can share the end of a queue)";

const IN_USE: &str = "this queue is showing an item to `get_with`; get the next one after that";

fn too_long(most_bytes: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(
        f,
        "the item has more than the {most_bytes} bytes for which the queue has room; make the queue \
         with more (Options::room_bytes)"
    )
}

impl<T> SendError<T> {
    /// The message that was not sent.
    pub fn into_inner(self) -> T {
        match self {
            Self::Disconnected(message)
            | Self::NotHeld(message)
            | Self::Encode(message, _)
            | Self::TooLong { message, .. } => message,
        }
    }
}

impl<T> TrySendError<T> {
    /// The message that was not sent.
    pub fn into_inner(self) -> T {
        match self {
            Self::Full(message)
            | Self::Disconnected(message)
            | Self::NotHeld(message)
            | Self::Encode(message, _)
            | Self::TooLong { message, .. } => message,
        }
    }
}

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disconnected(_) => f.write_str(GONE),
            Self::NotHeld(_) => f.write_str(NOT_HELD),
            Self::Encode(_, error) => error.fmt(f),
            Self::TooLong { most_bytes, .. } => too_long(*most_bytes, f),
        }
    }
}

impl<T> fmt::Display for TrySendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(_) => f.write_str("there is no room (full)"),
            Self::Disconnected(_) => f.write_str(GONE),
            Self::NotHeld(_) => f.write_str(NOT_HELD),
            Self::Encode(_, error) => error.fmt(f),
            Self::TooLong { most_bytes, .. } => too_long(*most_bytes, f),
        }
    }
}

// By hand, so that a message need not be `Debug` for its error to be one.
impl<T> fmt::Debug for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SendError({self})")
    }
}

impl<T> fmt::Debug for TrySendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TrySendError({self})")
    }
}

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disconnected => f.write_str(END),
            Self::NotHeld => f.write_str(NOT_HELD),
            Self::Decode(error) => error.fmt(f),
            Self::InUse => f.write_str(IN_USE),
        }
    }
}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there is nothing yet (empty)"),
            Self::Disconnected => f.write_str(END),
            Self::NotHeld => f.write_str(NOT_HELD),
            Self::Decode(error) => error.fmt(f),
            Self::InUse => f.write_str(IN_USE),
        }
    }
}

impl fmt::Display for RecvTimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("nothing came in time"),
            Self::Disconnected => f.write_str(END),
            Self::NotHeld => f.write_str(NOT_HELD),
            Self::Decode(error) => error.fmt(f),
            Self::InUse => f.write_str(IN_USE),
        }
    }
}

impl<T> Error for SendError<T> {}
impl<T> Error for TrySendError<T> {}
impl Error for RecvError {}
impl Error for TryRecvError {}
impl Error for RecvTimeoutError {}
