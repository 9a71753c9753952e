//! Tasks in flight: handed to worker processes, and not answered yet.
//!
//! What TCP asks of its bytes and RabbitMQ of its messages is asked of tasks here: which are on
//! their way, and which are lost? A worker can be killed at any moment, so the answer is made of
//! three things that survive it: the queue, the [`Hand`](supervisor::Hand) in which each worker
//! shows its task, and the answers that have arrived.
//!
//! - [`Packet`], [`News`]: what goes to the workers and what comes back, as bytes.
//! - [`pack`], [`Gathered`]: many arguments into few packets; values of packets, in order.
//! - `ledger`: which handle waits for which packet, and which failures were not looked at.
//! - `outgoing`: packets on their way into the queue, and long arguments beside it.
//! - `suspects`: which packets are lost. Pure, and tested in every order of events.
//! - [`Owner`]: all of it, between the ends of two [`Queues`]; [`submit`], [`turn`], [`finish`], [`stop`]:
//!   its calls that may reach code of a caller's; [`Feed`]: a window of tasks in flight, for iterators.
//!
//! It starts no process and makes no queue: the crate above does.

#![forbid(unsafe_code)]

mod door;
mod error;
mod feed;
mod ledger;
mod outgoing;
mod owner;
mod packing;
mod queues;
mod results;
mod suspects;
mod waiting;
mod wire;

pub use error::{Cause, SubmitError, TaskError, UnseenFailures};
pub use feed::Feed;
pub use ledger::State;
pub use owner::{Owner, TURN};
pub use packing::pack;
pub use queues::Queues;
pub use results::{Gathered, PacketResult, Values, failed, single};
pub use waiting::{OwnerCell, finish, stop, submit, turn};
pub use wire::{News, Packet};
