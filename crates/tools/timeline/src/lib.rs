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

mod canvas;
mod causality;
mod check;
mod chrome;
mod error;
mod format;
mod hang;
mod head;
mod heading;
mod html;
mod json;
mod lanes;
mod moments;
mod picture;
mod read;
mod run;
mod screen;
mod settle;
mod signs;
mod spans;
mod steps;
mod svg;
mod text;
mod told;

pub use causality::Cone;
pub use check::{Finding, Verdict, some_of};
pub use error::ReadError;
pub use format::Format;
pub use run::{Class, Damage, End, Event, Lane, Role, Run, Thing};
pub use screen::Screen;
pub use spans::{Hold, Message, Span, State};
pub use text::clean;
