//! What clients and workers need of whatever has the tasks: a way to it, and a line on which the
//! words of [`crate::wire`] are said. Two have it: a scheduler at the other end of a sealed line,
//! and, with the feature `rabbitmq`, queues of a broker.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::line::Line;
use crate::line_error::LineError;
use crate::wire::{FromCluster, ToCluster};

/// Where the tasks are, and what it takes to be let in.
pub(crate) trait Target: Send + Sync {
    fn address(&self) -> &str;

    /// Tries once, within a limit.
    fn connect(&self) -> Result<Arc<dyn PeerLine>, ConnectError>;
}

/// Why there is no line.
#[derive(Debug)]
pub(crate) enum ConnectError {
    /// Nothing answers there now; a later try may find it.
    NotThere(String),
    /// It is not ours, or does not take us: a later try is no better.
    Refused(String),
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotThere(why) | Self::Refused(why) => f.write_str(why),
        }
    }
}

/// The peer's end of a line. Several threads may send; one should receive. Drop closes it.
pub(crate) trait PeerLine: Send + Sync {
    /// Sends messages, in this order.
    fn send(&self, messages: &[ToCluster]) -> Result<(), LineError>;

    /// Sends a message that is no event of the run.
    fn send_unnoted(&self, message: &ToCluster) -> Result<(), LineError>;

    /// Receives what has come. Blocks until there is something, for `limit` at most.
    fn recv(&self, limit: Duration) -> Result<Vec<FromCluster>, LineError>;

    /// Ends it at once.
    fn close(&self);

    /// Says that nothing more is sent. The other end hangs up when it has taken in all that was; until then
    /// what it says is to be received, or what was sent may not arrive.
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

    fn close(&self) {
        self.close();
    }

    fn finish(&self) {
        self.finish();
    }
}
