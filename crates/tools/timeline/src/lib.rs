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
mod family;
mod format;
mod hang;
mod head;
mod heading;
mod html;
mod keeper;
mod lanes;
mod lesson;
mod line;
mod moments;
mod options;
mod picture;
mod predict;
mod read;
mod run;
mod runs;
mod save;
mod screen;
mod settle;
mod signals;
mod signs;
mod spans;
mod steps;
mod stuck;
mod svg;
mod text;
mod told;
mod view;
mod watch;

pub use causality::Cone;
pub use check::{Finding, Verdict};
pub use error::ReadError;
pub use format::Format;
pub use lesson::{Lesson, StoryResult};
pub use options::Operands;
pub use run::{Class, Damage, End, Event, Lane, Role, Run, Thing};
pub use screen::Screen;
pub use spans::{Hold, Message, Span, State};
