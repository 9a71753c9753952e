//! The errors of a line.

use std::fmt;

use crate::wire::PACKET_LIMIT;

/// Why nothing was sent or received.
#[derive(Debug)]
pub(crate) enum LineError {
    /// No packet was complete within the limit. The line is still good.
    Timeout,
    /// The peer is gone, or has been silent for too long.
    Disconnected,
    /// The received bytes cannot be read: damaged, too long, or of another version.
    Malformed(String),
    /// The message is above the limit. The line is still good.
    TooLong(usize),
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => write!(f, "nothing was received in time"),
            Self::Disconnected => write!(f, "the other side has gone"),
            Self::Malformed(why) => write!(f, "cannot read a message: {why}"),
            Self::TooLong(bytes) => {
                write!(f, "{bytes} bytes are above the limit of {PACKET_LIMIT}")
            }
        }
    }
}
