//! A supervisor is a process that starts workers, waits for each, and replaces each that dies,
//! until there is nothing to do or no worker can live. The term is Erlang's.
//!
//! The workers' owner could do that only while it is in a call, and could not fork at all once it
//! has a second thread. The supervisor has one thread and does nothing else.
//!
//! - [`Supervisor`]: its side; [`Crew`]: the side of the workers' owner.
//! - [`Hand`]: the word in shared memory in which a worker shows how far it has come ([`Stage`]).
//! - [`Report`]: what the supervisor reports, in bytes.
//! - `restarts`: whether a worker that has ended is replaced. A pure function, tested with deaths
//!   in any order.
//!
//! It has no fork and no queue of its own: the crate above supplies both ([`Workers`]).

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
