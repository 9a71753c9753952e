//! A scheduler takes tasks from clients and lends each to one of several workers, over TCP. A
//! task is lent, not given away: when its worker dies, another one gets it, and its result is
//! recorded once.
//!
//! Notes: 4 (distributed processes; the notes leave it unfinished).
//!
//! Built from: the engine's `scheduler` (which worker does what), [`common::Message`] (values as bytes),
//! [`multiprocess::Outcome`] (what a task may return), std's TCP; its programs are `Process`es.
//! Read [`wire`] (the messages), then [`machine`] (which worker does what, as a pure function, with
//! its `ledger` of tasks); `hub`, `worker` and `client` carry it out.
//!
//! Try: let `square` panic for 3. The run ends with one line that names the task; its worker has gone on.

#![forbid(unsafe_code)]

mod client;
mod hub;
mod server;
mod worker;

pub use client::{Client, Ended, ResultError};
pub use hub::MOST_CONNECTIONS;
pub use scheduler::connection::{Connection, ConnectionError};
pub use scheduler::{TaskId, limits, machine, task, wire};
pub use server::{BindError, Server};
pub use worker::{Registry, work, work_ahead};
