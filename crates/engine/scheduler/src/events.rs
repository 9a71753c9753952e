//! The events of a scheduler, its effects, and its rules.

use std::time::Duration;

use crate::limits::SILENCE_LIMIT;
use crate::record::Record;
use crate::task::{Peer, TaskId};
use crate::wire::{FromScheduler, ToScheduler};

/// An event: something that has happened.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Event {
    /// The peer has sent this message.
    Received(Peer, ToScheduler),
    /// A long message to the peer or from it is still on its way: so it keeps all its leases.
    Alive(Peer),
    /// The peer's connection has ended.
    Gone(Peer),
    /// No more tasks are to be lent, and the scheduler ends when no lease is left, or after this time.
    Drain(Duration),
    /// Only time has passed: due at [`Machine::next_timer`](crate::machine::Machine::next_timer).
    Tick,
}

/// An act to carry out. Effects are carried out in their order, even those of several steps:
/// nothing may be sent before every earlier record is kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Make this durable. A scheduler that lives only in memory ignores it, and need not even
    /// produce most of them: [`Rules::is_volatile`].
    Keep(Record),
    /// Send this message to the peer. If the peer has gone meanwhile, its `Gone` is on the way.
    Send(Peer, FromScheduler),
    /// Close the peer's connection: the machine has forgotten this peer.
    HangUp(Peer),
    /// Send `Shutdown` to every peer, and end.
    Shutdown,
}

/// The limits and times of a scheduler.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rules {
    /// How long a worker keeps a task without a heartbeat that names it.
    pub lease: Duration,
    /// The most tasks that a worker may hold, whatever it asks for: all that is sent to it at once
    /// has to find room on the way.
    pub most_credit: u32,
    /// A task is dead after this number of errors.
    pub most_errors: u16,
    /// A task is dead after this number of workers have died in it.
    pub most_deaths: u16,
    /// After an error a task waits for a random part of this time, doubled with each error.
    pub delay: Duration,
    /// The longest that this time becomes.
    pub longest_delay: Duration,
    /// The seed of all random choices, so that each run can be repeated.
    pub seed: u64,
    /// How many bytes the unfinished tasks may take, counting 256 for each beside its argument;
    /// above that, the answer to a submission is `Busy`.
    pub most_bytes: usize,
    /// Whether kept results count, too, with 176 bytes for the task of each. If they alone exceed
    /// `most_bytes`, no task is lent: its result might be as long.
    pub counts_results: bool,
    /// How long the results of a batch are kept after its last task has ended; `None` keeps them
    /// until a client has the batch forgotten.
    pub keep: Option<Duration>,
    /// Nothing is made durable. Of all records only deaths become effects, since a person may want
    /// to see them. No other task or result is copied for an effect that would be ignored.
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
    /// How long a task waits after this number of errors: a random part of a time that doubles, so
    /// that tasks that have failed together are not retried together.
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
