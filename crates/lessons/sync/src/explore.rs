//! Exploring: a story is run again and again, and each time its threads get their turns in
//! another order, until one order is found in which it goes wrong, or none is left.
//!
//! Notes: 2.2, and its question: what if the other thread comes just *here*? A run tries one
//! order of the threads, and mostly the same one. This module tries them all.
//!
//! Built from: [shuttle](https://docs.rs/shuttle), which has stand-ins for std's locks, atomics
//! and threads. All threads of a story run on one thread of the system, and at each use of a
//! stand-in somebody is asked who goes next: here, [`explore`].
//!
//! It is only there with `RUSTFLAGS="--cfg explore"`; `cargo run -p sync -- --explore` sees to
//! that. The turns are at the locks and atomics, and all atomics are as if they were `SeqCst`:
//! what a weaker order would allow is not explored, nor is the end of a wait by its limit.

mod attempt;
mod bounded;
mod lanes;
mod log;
mod path;
mod replay;
mod search;
pub mod stories;

pub use attempt::{Body, Fault};
pub use lanes::{lanes, waits};
pub use log::{Act, Step};
pub use path::{NoPath, Path};
pub use search::{Explored, Reach, explore, pct, random, replay};

pub(crate) use log::{is_recording, record};
