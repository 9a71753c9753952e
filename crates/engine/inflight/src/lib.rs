//! Tasks in flight: handed to worker processes, and not answered yet.
//!
//! TCP has to know which bytes are on their way and which are lost, and RabbitMQ the same of
//! messages; here it is tasks. A worker can be killed at any moment, so the answer comes from three
//! things that survive it: the queue, the [`Hand`](supervisor::Hand) in which each worker shows its
//! task, and the answers that have arrived.
//!
//! - [`Packet`], [`News`]: the messages to the workers and from them, as bytes.
//! - [`pack`], [`Gathered`]: many arguments in few packets; values of packets, in order.
//! - `ledger`: which handle waits for which packet, and which failures were not read.
//! - `outgoing`: packets on their way into the queue, and long arguments beside it.
//! - `suspects`: which packets are lost. A pure module, tested in every order of events.
//! - [`Owner`]: all of it, between the ends of two [`Queues`]; [`submit`], [`turn`], [`finish`], [`stop`]:
//!   its calls that may run a caller's code; [`Feed`]: a window of tasks in flight, for iterators.
//!
//! It starts no process and makes no queue: the crate above does that.

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
pub use results::{Gathered, PacketResult, Values, failed, several, single};
pub use waiting::{OwnerCell, finish, stop, submit, turn};
pub use wire::{News, Packet};
