//! Exploring: a story is run again and again, and each time its threads take their turns in another
//! order, until an order is found that fails, or none is left.
//!
//! Notes: 2.2, and its question: what if the other thread comes just *here*? A run shows one order
//! of the threads, and the next run mostly the same one. This crate tries them all.
//!
//! Built from: [shuttle](https://docs.rs/shuttle), which has stand-ins for std's locks, atomics and
//! threads. All threads of a story run on one thread of the system, and at each use of a stand-in
//! this crate decides which thread goes next. [`primitives`] are std's own types or these
//! stand-ins; `sync` and `threads` take theirs from there. The steps of a run come from the traces
//! of the locks and threads, by [`common::observe`].
//!
//! Without `RUSTFLAGS="--cfg explore"` only the primitives exist; [`launch`] builds a program with it.
//! Threads switch at locks, atomics and thread calls only, and all atomics behave like `SeqCst`: what a
//! weaker order would allow is not explored. No time passes, and no wait reaches its limit, unless a
//! story calls `time_passes` or `wakes_late`; no wait is woken without a reason, unless it calls
//! `wakes_for_nothing`.

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
    log::{Act, Step, is_waiting, threads_may_panic},
    path::{NoPath, Path},
    program::main,
    recorded::recorded,
    search::{Explored, Reach, explore, never_fails, pct, random, replay},
    story::{FIVE_YEARS, Story, for_good, makes_progress, panics, together, without_sleep},
    time::{
        at, now, slices, time_jumps, time_jumps_and_stops, time_passes, wakes_for_nothing,
        wakes_late,
    },
};

#[cfg(explore)]
#[doc(hidden)]
pub use log::tell_step;
