//! A scheduler without a process: what it decides ([`machine`]), what is said to it and by it
//! ([`wire`]), and a line that carries that ([`connection`]).
//!
//! The lesson `distributed` runs it on loopback, in memory. Its heart on one page is that lesson's
//! `bin/tiny-scheduler`.

#![forbid(unsafe_code)]

mod batches;
pub mod connection;
mod deadline;
mod events;
mod inbox;
mod ledger;
pub mod limits;
pub mod machine;
pub mod task;
mod waiting;
pub mod wire;
mod workers;

pub use task::TaskId;
