//! Why nothing was written or read.

use common::EncodeError;

/// Why nothing was written. Nothing of the message is in the ring, or what is will be skipped.
#[derive(Debug)]
pub enum WriteError {
    /// No room, and patience is over.
    Full,
    /// Every reader has gone.
    Disconnected,
    /// This process was not given the writing end (see [`child::End::is_held`]).
    NotHeld,
    /// The message can never be in the ring as a whole.
    TooLong {
        /// The longest one that can.
        most_bytes: usize,
    },
    /// The message has no bytes.
    Encode(EncodeError),
}

/// Why nothing was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadError {
    /// No message, and patience is over.
    Empty,
    /// Every writer has gone, and every message has been read.
    Disconnected,
    /// This process was not given the reading end.
    NotHeld,
}
