//! Why a message was not sent or not received. A failed send returns the message.

use std::error::Error;
use std::fmt;

use common::{DecodeError, EncodeError};
use ring::{NOT_HELD, ReadError, WriteError};

/// Why a message was not sent.
#[non_exhaustive]
pub enum SendError<T> {
    /// There is no room for the message: not at once, or not within the limit.
    Full(T),
    /// The receiving side has gone. (Unix calls this a broken pipe.)
    Disconnected(T),
    /// The end stayed with another process when this one was started.
    NotHeld(T),
    /// The message cannot be encoded.
    Encode(T, EncodeError),
}

/// Why no message was received.
#[derive(Debug)]
#[non_exhaustive]
pub enum RecvError {
    /// There is no message yet: not at once, or not within the limit.
    Empty,
    /// The end of the stream: every message was received, and the sending side has gone.
    Disconnected,
    /// The end stayed with another process when this one was started.
    NotHeld,
    /// The bytes of a received message are no value of the type.
    Decode(DecodeError),
}

pub(crate) fn not_held(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(
        f,
        "{NOT_HELD} (the workers of a pool can share the end of a queue, but not of a pipe)"
    )
}

impl<T> SendError<T> {
    pub(crate) fn new(error: WriteError, message: T) -> Self {
        match error {
            WriteError::Disconnected => Self::Disconnected(message),
            WriteError::NotHeld => Self::NotHeld(message),
            WriteError::Encode(error) => Self::Encode(message, error),
            // Never `TooLong`: a pipe cuts a message into pieces.
            WriteError::Full | WriteError::TooLong { .. } => Self::Full(message),
        }
    }

    /// Returns the message that was not sent.
    pub fn into_inner(self) -> T {
        match self {
            Self::Full(message)
            | Self::Disconnected(message)
            | Self::NotHeld(message)
            | Self::Encode(message, _) => message,
        }
    }
}

impl From<ReadError> for RecvError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Empty => Self::Empty,
            ReadError::Disconnected => Self::Disconnected,
            ReadError::NotHeld => Self::NotHeld,
        }
    }
}

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(_) => f.write_str("there is no room (full)"),
            Self::Disconnected(_) => f.write_str("the receiving side has gone (broken pipe)"),
            Self::NotHeld(_) => not_held(f),
            Self::Encode(_, error) => error.fmt(f),
        }
    }
}

// Written by hand, so that the error is `Debug` even if the message is not.
impl<T> fmt::Debug for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SendError({self})")
    }
}

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there is no message yet (empty)"),
            Self::Disconnected => {
                f.write_str("the sending side has gone, and all was received (end of stream)")
            }
            Self::NotHeld => not_held(f),
            Self::Decode(error) => error.fmt(f),
        }
    }
}

impl<T> Error for SendError<T> {}
impl Error for RecvError {}
