//! Errors of writing and reading.

use common::EncodeError;

/// Why nothing was written. No part of the message is in the ring, or the reader will skip it.
#[derive(Debug)]
pub enum WriteError {
    /// There is no room, and the patience is over.
    Full,
    /// Every reader has gone.
    Disconnected,
    /// This process was not given the writing end (see [`child::End::is_held`]).
    NotHeld,
    /// The message can never be in the ring as a whole.
    TooLong {
        /// The length of the longest message that can.
        most_bytes: usize,
    },
    /// The message cannot be encoded.
    Encode(EncodeError),
}

/// Why nothing was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadError {
    /// There is no message, and the patience is over.
    Empty,
    /// Every writer has gone, and every message has been read.
    Disconnected,
    /// This process was not given the reading end.
    NotHeld,
}
