//! Exploring: a story is run again and again, and each time its threads take their turns in
//! another order, until one order is found in which it goes wrong, or none is left.
//!
//! Notes: 2.2, and its question: what if the other thread comes just *here*? A run shows one order
//! of the threads, and the next run mostly the same one. This crate tries them all.
//!
//! Built from: [shuttle](https://docs.rs/shuttle), which has stand-ins for std's locks, atomics
//! and threads. All threads of a story run on one thread of the system, and each use of a stand-in
//! asks which thread goes next: here. [`primitives`] are std's own types or these
//! stand-ins; `sync` and `threads` take theirs from there. The steps of a run come from the traces
//! of the locks and threads, by [`common::observe`].
//!
//! Only the primitives are there without `RUSTFLAGS="--cfg explore"`; [`launch`] builds a program
//! with it. The turns are at the locks, atomics and threads, and all atomics are as if they were
//! `SeqCst`: what a weaker order would allow is not explored. No time passes, and no wait ends by its
//! limit, unless a story says so by `time_passes`; none is woken for nothing, unless by `wakes_for_nothing`.

mod launch;
pub mod primitives;

#[cfg(explore)]
mod attempt;
#[cfg(explore)]
mod bounded;
#[cfg(explore)]
mod busy;
#[cfg(explore)]
mod fault;
#[cfg(explore)]
mod lanes;
#[cfg(explore)]
mod log;
#[cfg(explore)]
mod path;
#[cfg(explore)]
mod program;
#[cfg(explore)]
mod recorded;
#[cfg(explore)]
mod replay;
#[cfg(explore)]
mod search;
#[cfg(explore)]
mod story;
#[cfg(explore)]
mod time;

pub use launch::launch;

#[cfg(explore)]
pub use {
    attempt::Body,
    fault::{Fault, Wrong},
    lanes::{lanes, waits},
    log::{Act, Step, is_waiting},
    path::{NoPath, Path},
    program::main,
    recorded::recorded,
    search::{Explored, Reach, explore, never_fails, pct, random, replay},
    story::{Story, for_good, panics, together},
    time::{at, now, time_passes, wakes_for_nothing},
};

#[cfg(explore)]
#[doc(hidden)]
pub use log::tell_step;
