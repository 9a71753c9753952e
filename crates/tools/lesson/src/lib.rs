//! The command line of a lesson: reads the options, runs the story, and shows the run if asked to.
//!
//! A story is the function that a program passes to [`Lesson::run`]. `run` either calls it, or runs
//! the same program again as a process of its own and watches it, below a keeper that ends whatever
//! that process has forked. What is shown afterwards is drawn from the log alone.
//!
//! Built from: `common` (a run's settings, its log), `timeline` (`Run`, `Format`).
//!
//! Try: `cargo run -p multiprocess -- --lanes`, and press Ctrl-C in the middle.

#![forbid(unsafe_code)]

pub mod family;
mod keeper;
mod lesson;
mod operand;
mod options;
mod predict;
mod print;
mod runs;
mod save;
mod signals;
pub mod stuck;
mod view;
mod watch;

pub use lesson::{Lesson, StoryResult};
pub use operand::{WrongOperand, number};
pub use options::Operands;
