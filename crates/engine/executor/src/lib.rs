//! The tasks of a thread: which of them has its turn ([`spawn`], [`block_on`]), what surrounds each
//! turn (its lane in a recording, a fence against panics), how it ended ([`Ended`]), and which of
//! several futures were woken ([`Calls`]).
//!
//! It adds the ends of tasks to smol's executor. `coroutines` is built on it; its `tiny-executor`
//! shows the same idea by hand.

#![forbid(unsafe_code)]

mod calls;
mod live;
mod start;
mod thread;

pub use calls::Calls;
pub use live::{Ended, Returned, number_of_end};
pub use thread::{block_on, spawn};
