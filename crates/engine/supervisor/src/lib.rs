//! A supervisor is a process that starts workers, waits for each, and starts another one for each
//! that dies, until there is nothing to do or no worker can live. Erlang's term for it.
//!
//! The owner of the workers could do that itself only while it is in a call, and could not fork at
//! all once it has a second thread. The supervisor has one thread and does nothing else.
//!
//! - [`Supervisor`]: its side; [`Crew`]: the side of the workers' owner.
//! - [`Hand`]: the word in shared memory in which a worker shows how far it has come ([`Stage`]).
//! - [`Report`]: what the supervisor reports, in bytes.
//! - `restarts`: whether a worker that has ended is replaced. Pure, and tested with deaths in any
//!   order.
//!
//! It does not fork by itself, and has no queue: the crate above brings both ([`Workers`]).

#![forbid(unsafe_code)]

mod crew;
mod hand;
mod report;
mod restarts;
mod supervisor;

pub use crew::{Crew, Death};
pub use hand::{Hand, Stage};
pub use report::Report;
pub use supervisor::{Supervisor, Workers};
