//! The queues, which the crate above supplies.

use std::time::Duration;

use crate::wire::{News, Packet};

/// The owner's ends of the two queues between it and its workers.
///
/// A trait, though only the pool implements it: the queue is a lesson, which no engine crate may
/// use, and closures for the methods could not share the end that one of them closes.
pub trait Queues<R> {
    /// Puts a packet into the queue, unless there is no room or no worker.
    ///
    /// # Errors
    /// The packet, if it was not put.
    fn try_put(&self, packet: Packet) -> Result<(), Packet>;

    /// How many packets have been put and no worker has taken.
    fn len_packets(&self) -> usize;

    /// How many news have been put and the owner has not taken.
    fn len_news(&self) -> usize;

    /// Closes the queue of packets: the workers then find its end.
    fn close(&mut self);

    /// Returns the next news; `None` if there are none, or none came within `limit`.
    fn get(&self, limit: Option<Duration>) -> Option<News<R>>;
}
