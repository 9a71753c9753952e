//! A process is a running program with memory of its own. `fork` copies the calling process;
//! [`Process`] makes a copy that calls one function, returns its result, and ends.
//!
//! Notes: 1.1 (fork), 1.2 (Process).
//!
//! Built from: the system calls fork(2), waitpid(2), pidfd_send_signal(2), and a socket pair
//! for each child, over which its result comes back ([`child::line`]).
//!
//! Try:
//! - in `src/main.rs`, join only the last child. What happens to the other four, and why?
//!   (`--bin process-last-joined` shows what it looks like on the bare system calls.)
//! - let a target panic, or return an error, and look at what `join` returns.
//! - start a thread before the first `Process::start`, and read the error.
//!
//! Arguments of the wrong type do not compile. Python's slip `args=(str(i))`, which takes a string
//! apart into letters, fails only at run time, and only once the number has two digits:
//!
//! ```compile_fail,E0308
//! fn run_child(name: String) {}
//! multiprocess::Process::start("child", || run_child(9));
//! ```

mod birth;
mod error;
mod fork;
mod outcome;
mod process;
mod wait;
mod zygote;

pub use child::{ActiveChild, Exit, PipeEnd, active_children, pipe, try_wait, wait};
pub use error::{ProcessError, StartError, ZygoteError};
pub use fork::{Fork, exit_now, fork, only_thread};
pub use outcome::{Failure, Outcome, call};
pub use process::{Process, wait_any};
pub use zygote::Zygote;
