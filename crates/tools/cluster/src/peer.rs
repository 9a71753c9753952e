//! What clients and workers need from whatever keeps the tasks: a way to connect, and a line for
//! the messages of [`crate::wire`]. There are two: a scheduler at the other end of a sealed line
//! and, with the feature `rabbitmq`, the queues of a broker.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::line::Line;
use crate::line_error::LineError;
use crate::wire::{FromCluster, ToCluster};

/// Where the tasks are, and what a peer needs to be let in.
pub(crate) trait Target: Send + Sync {
    fn address(&self) -> &str;

    /// Tries once to connect, within a limit.
    fn connect(&self) -> Result<Arc<dyn PeerLine>, ConnectError>;
}

/// Why a try to connect has failed.
#[derive(Debug)]
pub(crate) enum ConnectError {
    /// Nothing answers there now; a later try may succeed.
    NotThere(String),
    /// The other end is no cluster, or refuses us: a later try would fail as well.
    Refused(String),
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // A broker may have chosen the words.
            Self::NotThere(why) | Self::Refused(why) => f.write_str(&common::clean(why)),
        }
    }
}

/// The peer's end of a line. Several threads may send; one should receive. Drop closes it.
pub(crate) trait PeerLine: Send + Sync {
    /// Sends messages in this order.
    fn send(&self, messages: &[ToCluster]) -> Result<(), LineError>;

    /// Sends a message without recording an event.
    fn send_unnoted(&self, message: &ToCluster) -> Result<(), LineError>;

    /// Receives messages. Blocks until there is one, for `limit` at most.
    fn recv(&self, limit: Duration) -> Result<Vec<FromCluster>, LineError>;

    /// Whether messages are arriving that are not complete yet: a long one takes a while.
    fn is_receiving(&self) -> bool {
        false
    }

    /// Ends the line at once.
    fn close(&self);

    /// Announces that nothing more is sent. The other end hangs up when it has taken everything in.
    /// Until then, receive what it sends, or what was sent may not arrive.
    fn finish(&self);
}

impl PeerLine for Line {
    fn send(&self, messages: &[ToCluster]) -> Result<(), LineError> {
        self.send(messages)
    }

    fn send_unnoted(&self, message: &ToCluster) -> Result<(), LineError> {
        self.send_unnoted(message)
    }

    fn recv(&self, limit: Duration) -> Result<Vec<FromCluster>, LineError> {
        Ok(self.note(self.recv(limit)?))
    }

    fn is_receiving(&self) -> bool {
        self.is_receiving()
    }

    fn close(&self) {
        self.close();
    }

    fn finish(&self) {
        self.finish();
    }
}
