//! What the crate above brings: the queues.

use std::time::Duration;

use crate::wire::{News, Packet};

/// The owner's ends of the two queues between it and its workers.
///
/// A trait, though only the pool implements it: the queue is a lesson, on which no engine may stand,
/// and a closure for each of the four methods could not share the end that one of them closes.
pub trait Queues<R> {
    /// Puts a packet into the queue; gives it back when there is no room or no worker.
    ///
    /// # Errors
    /// With the packet.
    fn try_put(&self, packet: Packet) -> Result<(), Packet>;

    /// How many packets have been put and not been taken by a worker.
    fn len_packets(&self) -> usize;

    /// How many news have been put and not been taken by the owner.
    fn len_news(&self) -> usize;

    /// Closes the queue of packets: the workers see its end.
    fn close(&mut self);

    /// The next news; `None` when there are none, or none came within `limit`.
    fn get(&self, limit: Option<Duration>) -> Option<News<R>>;
}
