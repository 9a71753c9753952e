//! What happens to a scheduler, what it has done about it, and the numbers that it goes by.

use std::time::Duration;

use crate::limits::SILENCE_LIMIT;
use crate::record::Record;
use crate::task::{Peer, TaskId};
use crate::wire::{FromScheduler, ToScheduler};

/// What has happened.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Event {
    /// The peer said this.
    Received(Peer, ToScheduler),
    /// Words to it or from it are on their way still, and are long: it keeps all that was lent to it.
    Alive(Peer),
    /// Its connection has ended.
    Gone(Peer),
    /// No task is to be lent any more, and all ends when no lease is left, or after this time.
    Drain(Duration),
    /// Nothing but that time has passed: due at [`Machine::next_timer`](crate::machine::Machine::next_timer).
    Tick,
}

/// What is to be done, in the order of the effects, also of several steps: nothing may be sent
/// before all that is to be kept before it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Make this durable. A scheduler that lives in memory alone leaves it out, and can do without
    /// most of them: [`Rules::is_volatile`].
    Keep(Record),
    /// Tell this peer. If it has gone meanwhile, its `Gone` is on the way.
    Send(Peer, FromScheduler),
    /// Close its connection: the machine has forgotten this peer.
    HangUp(Peer),
    /// Tell everybody, and end.
    Shutdown,
}

/// The numbers that a scheduler goes by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rules {
    /// How long a worker keeps a task without a heartbeat that names it.
    pub lease: Duration,
    /// No worker holds more tasks than this, whatever it asks for: what is sent to it at once has
    /// to find room on the way.
    pub most_credit: u32,
    /// A task is dead after this number of errors.
    pub most_errors: u16,
    /// A task is dead after this number of workers that died in it.
    pub most_deaths: u16,
    /// After an error a task waits for a random part of this time, doubled with each error.
    pub delay: Duration,
    /// The longest that this time becomes.
    pub longest_delay: Duration,
    /// Where chance comes from, so that each run can be had again.
    pub seed: u64,
    /// How many bytes of tasks may wait, counting 256 for each beside its argument; above it the answer
    /// to a submission is `Busy`.
    pub most_bytes: usize,
    /// Whether results that are kept count, too, with 176 bytes for the task of each. If they alone are above
    /// `most_bytes`, no task is lent: each might have a result as long.
    pub counts_results: bool,
    /// How long the results of a batch are kept after its last task has ended; without, until a
    /// client has it forgotten.
    pub keep: Option<Duration>,
    /// Nothing is made durable: of all that would be kept only deaths are effects, for a person may want
    /// to see them. No other task or result is copied for an effect that is thrown away.
    pub is_volatile: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            lease: SILENCE_LIMIT,
            most_credit: 32,
            most_errors: 3,
            most_deaths: 3,
            delay: Duration::from_millis(100),
            longest_delay: Duration::from_secs(60),
            seed: 0,
            most_bytes: 256 << 20,
            counts_results: false,
            keep: None,
            is_volatile: false,
        }
    }
}

impl Rules {
    /// How long a task waits after this number of errors: a random part of a time that doubles,
    /// so that tasks that have failed together do not come back together.
    pub(crate) fn delay(&self, id: TaskId, errors: u16) -> Duration {
        let doubled = 2_u32.saturating_pow(u32::from(errors) - 1);
        let longest = self.delay.saturating_mul(doubled).min(self.longest_delay);
        // The mixing step of splitmix64.
        let mut chance = self.seed ^ id.0.wrapping_add(u64::from(errors) << 32);
        chance = chance.wrapping_add(0x9E37_79B9_7F4A_7C15);
        chance = (chance ^ (chance >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        chance = (chance ^ (chance >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let part = (longest.as_nanos() * u128::from(chance)) >> u64::BITS;
        Duration::from_nanos(u64::try_from(part).unwrap_or(u64::MAX))
    }
}
