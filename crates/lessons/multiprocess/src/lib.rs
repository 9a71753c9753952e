//! A process is a program that runs, with memory of its own. `fork` copies the one that calls
//! it; [`Process`] makes a copy that does one thing, tells what came of it, and ends.
//!
//! Notes: 1.1 (fork), 1.2 (Process).
//!
//! Built from: the system calls fork(2), waitpid(2), kill(2) by way of `nix`, and a socket pair
//! for each child, over which its result comes back ([`common::frame`]).
//!
//! Try:
//! - in `src/main.rs`, join only the last child. What becomes of the other four, and why?
//!   (`--bin process-last-joined` shows what it looks like on the bare system calls.)
//! - let a target panic, or return an error, and look at what `join` gives.
//! - start a thread before the first `Process::start`, and read the error.
//!
//! What a parent and its children have in common lies here, too, for the crates above: the ends of
//! pipes that a child is given ([`End`]), and memory that they share ([`Mapping`]).
//!
//! A slip with the arguments, which Python's `args=(str(i))` finds at run time and only from
//! ten children on (a string is taken apart into letters), does not compile here:
//!
//! ```compile_fail,E0308
//! fn run_child(name: String) {}
//! multiprocess::Process::start("child", || run_child(9));
//! ```

mod active;
mod birth;
mod error;
mod exit;
mod fork;
mod line;
mod outcome;
mod pidfd;
mod pipe;
mod process;
mod report;
mod wait;
mod zygote;

pub use active::{ActiveChild, active_children};
pub use child::{End, Mapping, Shareable, Shared, generation, hand_on_shared_ends};
pub use error::{ProcessError, StartError};
pub use exit::{Exit, try_wait, wait};
pub use fork::{Fork, exit_now, fork, only_thread};
pub use outcome::{Failure, Outcome, call};
pub use pipe::{PipeEnd, pipe};
pub use process::Process;
pub use wait::wait_any;
pub use zygote::Zygote;
