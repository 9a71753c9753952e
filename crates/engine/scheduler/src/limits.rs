//! The limits of times and sizes.

use std::time::Duration;

/// The longest message to the scheduler. A frame that claims more ends its connection.
pub const MESSAGE_LIMIT: usize = 1 << 20;

/// The longest message from the scheduler: it adds a few bytes to what it passes on. Otherwise a
/// task that was accepted could be too long for every worker.
pub const PASSED_ON_LIMIT: usize = MESSAGE_LIMIT + 64;

/// The cost of a task that is done or cancelled, beside its result. Measured with a million of
/// them: 144 bytes for the task, its number and its place in the batch, and 32 for the shortest
/// result that is not empty.
pub const ENDED_BYTES: usize = 176;

/// The longest name of a kind of tasks.
pub const KIND_LIMIT: usize = 256;

/// How long a peer tries to reach a scheduler.
pub const CONNECT_LIMIT: Duration = Duration::from_secs(2);

/// How long a scheduler waits for the first message of a connection.
pub const HELLO_LIMIT: Duration = Duration::from_secs(2);

/// The time between two heartbeats of a worker.
pub const HEARTBEAT: Duration = Duration::from_secs(1);

/// A peer that is silent for this long when a message is due counts as gone: three heartbeats.
pub const SILENCE_LIMIT: Duration = Duration::from_secs(3);

/// How long a scheduler that ends waits for its workers to hang up.
pub const GRACE: Duration = Duration::from_secs(2);
