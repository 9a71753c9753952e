//! A scheduler without a process: its decisions ([`machine`]), its messages ([`wire`]), and a
//! connection that carries them ([`connection`], with the questions of [`ask`] at one end of it and
//! an [`outbox`] at the other).
//!
//! The lesson `distributed` runs it on loopback, in memory. That lesson's `bin/tiny-scheduler` is
//! its core on one page.

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
