//! A run of a lesson as a timeline: reads, checks and shows the log that `--record` writes.
//!
//! A log is a list of events. Each event belongs to a lane (a process, a thread, a task) and may
//! concern a thing (a pipe, a lock). [`Run::read`] sorts the events by time and finds their causes;
//! everything else is a way of looking at a [`Run`].
//!
//! Built from: `common` (the recorder's kinds of events, and their names).
//!
//! Try: record a run with `--record run.jsonl`, delete a line of the log, and see what
//! `cargo run -p timeline -- check run.jsonl` reports.

#![forbid(unsafe_code)]

mod check;
mod export;
mod fold;
mod format;
mod json;
mod log;
mod page;
mod run;
mod terminal;
mod text;
mod time;
mod words;

pub use check::{Finding, Verdict};
pub use fold::Detail;
pub use format::Format;
pub use log::error::ReadError;
pub use run::causality::Cone;
pub use run::holds::Hold;
pub use run::spans::{Message, Span, State};
pub use run::{Class, Damage, End, Event, Lane, Role, Run, Thing};
pub use terminal::screen::Screen;
pub use text::clean;
pub use words::some_of;
