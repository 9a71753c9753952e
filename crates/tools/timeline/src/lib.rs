//! A run of a lesson as a timeline: the log that `--record` writes, read, checked, and shown.
//!
//! A log is a list of events, each on a lane (a process, a thread, a task) and perhaps to a
//! thing (a pipe, a lock). [`Run::read`] puts them into the order of time and finds what caused
//! what; everything else is a way of looking at a [`Run`].
//!
//! Built from: `common` (the recorder's kinds of events, and their names).
//!
//! Try: record a run with `--record run.jsonl`, take a line out of the log, and see what
//! `cargo run -p timeline -- check run.jsonl` says.

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
