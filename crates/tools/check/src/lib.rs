//! The parts from which the checks of an exercise are built.
//!
//! The checks of an exercise are a program of their own, `exercises/NAME/check.rs` in the lesson: a
//! list of named sentences, checked in this order:
//!
//! ```ignore
//! fn main() -> std::process::ExitCode {
//!     check::main("ipc-pipe/forgotten-end", &[
//!         Check::new("words", "the receiver gets every word, in order", words),
//!         Check::new("end", "the receiver reads the end of the stream", end),
//!     ])
//! }
//! ```
//!
//! Each check runs in a process of its own ([`judge`]), so that the student's code cannot end
//! another check or the judge: a body that calls `exit`, aborts, hangs or prints cannot make its
//! check pass. The first fault ends the list. A check of a program runs it as a [`Program`]; a
//! check of a function calls it. It reports what is wrong by [`fault`] or by a plain `assert!`.
//!
//! What varies from class to class (words, numbers, pauses) comes from [`chance`].
//!
//! Built from: `lesson` (all that a run has forked, and what it waits for), `timeline` (the log of a
//! run).

#![deny(unsafe_code)]

mod answer;
mod apart;
mod busy;
mod chance;
mod clock;
mod dies;
mod ended;
#[cfg(explore)]
mod explored;
mod fault;
mod fetching;
mod hung;
pub mod judge;
#[expect(unsafe_code, reason = "a limit of another process")]
mod let_fail;
mod moment;
mod nonces;
mod one_core;
#[expect(unsafe_code, reason = "a signal handler")]
pub mod opened;
mod order;
mod pages;
mod passing;
mod picture;
mod program;
mod quiet;
mod ran;
mod recorded;
pub mod report;
mod rest;
mod running;
mod served;
mod shown;
#[expect(unsafe_code, reason = "a copy of another process's descriptor")]
mod sockets;
mod stall;
mod stopped;
mod stream;
mod used;
mod wakes;
mod witness;

pub use answer::answers;
pub use chance::{chance, numbers, words};
pub use dies::die_at_event;
#[cfg(explore)]
pub use explored::{Inside, explored, explored_again, explored_briefly, one_at_a_time};
pub use fault::{Fault, Ours, Verdict, expect_in_time, fault};
pub use fetching::Fetching;
pub use judge::{Check, main, only_explored};
pub use order::{Asked, Order};
pub use pages::Pages;
pub use passing::Passing;
pub use picture::RECORDED;
pub use program::Program;
pub use ran::Ran;
pub use recorded::Recorded;
pub use rest::{expect_rest, may_be_looked_at, sleeps_besides, sleeps_on};
pub use running::Act;
pub use served::Served;
pub use stopped::AtStop;
pub use used::{Used, sleeps_in, use_of, use_of_process};
pub use witness::{
    expect_got, expect_passed, expect_received, first_received, hold, of_process, without_moment,
    words_in,
};
