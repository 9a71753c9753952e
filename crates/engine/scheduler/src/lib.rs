//! A scheduler without a process: what it decides ([`machine`]), what is said to it and by it
//! ([`wire`]), and a line that carries that ([`connection`], with the questions of [`ask`] at one end
//! of it and an [`outbox`] at the other).
//!
//! The lesson `distributed` runs it on loopback, in memory. Its heart on one page is that lesson's
//! `bin/tiny-scheduler`.

#![forbid(unsafe_code)]

pub mod ask;
mod batches;
pub mod connection;
mod events;
mod inbox;
mod ledger;
pub mod limits;
pub mod machine;
mod numbered;
pub mod outbox;
mod record;
pub mod task;
mod timed_lock;
mod waiting;
pub mod wire;
mod workers;

pub use task::TaskId;
