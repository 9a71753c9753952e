//! Why an item was not put or not got. A failed put returns the item.

use std::error::Error;
use std::fmt;

use common::{DecodeError, EncodeError};
use ipc_shared::TryLockError;
use ring::{NOT_HELD, ReadError, WriteError};

/// Why an item was not put.
#[non_exhaustive]
pub enum PutError<T> {
    /// There is no room for the item: not at once, or not within the limit. `try_put` also returns
    /// this while another process is putting.
    Full(T),
    /// Every receiver has gone. (Unix calls this a broken pipe.)
    Disconnected(T),
    /// The end stayed with another process when this one was started.
    NotHeld(T),
    /// The item cannot be encoded.
    Encode(T, EncodeError),
    /// The item has more bytes than the queue has room for.
    TooLong {
        /// The item.
        item: T,
        /// The limit on an item's length.
        most_bytes: usize,
    },
}

/// Why no item was got.
#[derive(Debug)]
#[non_exhaustive]
pub enum GetError {
    /// There is no item yet: not at once, or not within the limit. `try_get` also returns this
    /// while another process is getting.
    Empty,
    /// Every sender has gone, and the queue is empty.
    Disconnected,
    /// The end stayed with another process when this one was started.
    NotHeld,
    /// The bytes of an item that was got are no value of the type.
    Decode(DecodeError),
    /// This thread is inside `get_with` on this queue, which is showing it an item.
    InUse,
}

/// Why an item was not marked as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MarkError {
    /// Every item is already done: as many were marked as were ever put.
    NothingOutstanding,
    /// The end stayed with another process when this one was started.
    NotHeld,
}

impl<T> PutError<T> {
    pub(crate) fn new(error: WriteError, item: T) -> Self {
        match error {
            WriteError::Full => Self::Full(item),
            WriteError::Disconnected => Self::Disconnected(item),
            WriteError::NotHeld => Self::NotHeld(item),
            WriteError::Encode(error) => Self::Encode(item, error),
            WriteError::TooLong { most_bytes } => Self::TooLong { item, most_bytes },
        }
    }

    /// Returns the item that was not put.
    pub fn into_inner(self) -> T {
        match self {
            Self::Full(item)
            | Self::Disconnected(item)
            | Self::NotHeld(item)
            | Self::Encode(item, _)
            | Self::TooLong { item, .. } => item,
        }
    }
}

impl From<ReadError> for GetError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Empty => Self::Empty,
            ReadError::Disconnected => Self::Disconnected,
            ReadError::NotHeld => Self::NotHeld,
        }
    }
}

/// Converts an error of the lock with which the receivers take turns.
impl From<TryLockError> for GetError {
    fn from(error: TryLockError) -> Self {
        match error {
            TryLockError::WouldBlock => Self::Empty,
            _ => Self::InUse, // by this thread
        }
    }
}

impl<T> fmt::Display for PutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(_) => f.write_str("there is no room (full)"),
            Self::Disconnected(_) => f.write_str("the receiving side has gone (broken pipe)"),
            Self::NotHeld(_) => f.write_str(NOT_HELD),
            Self::Encode(_, error) => error.fmt(f),
            Self::TooLong { most_bytes, .. } => write!(
                f,
                "the item has more than the {most_bytes} bytes for which the queue has room; make \
                 the queue with more (Options::room_bytes)"
            ),
        }
    }
}

// Written by hand, so that the error is `Debug` even if the item is not.
impl<T> fmt::Debug for PutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PutError({self})")
    }
}

impl fmt::Display for GetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there is no item yet (empty)"),
            Self::Disconnected => {
                f.write_str("the sending side has gone, and all was received (end of stream)")
            }
            Self::NotHeld => f.write_str(NOT_HELD),
            Self::Decode(error) => error.fmt(f),
            Self::InUse => f.write_str(
                "this queue is showing an item to `get_with`; get the next one after that",
            ),
        }
    }
}

impl fmt::Display for MarkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NothingOutstanding => {
                "every item is done already; mark each item once, after it was got"
            }
            Self::NotHeld => NOT_HELD,
        })
    }
}

impl<T> Error for PutError<T> {}
impl Error for GetError {}
impl Error for MarkError {}
