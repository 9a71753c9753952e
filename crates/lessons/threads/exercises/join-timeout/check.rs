//! A join with a limit returns the result of the thread, or the handle.

use std::process::ExitCode;

#[cfg(explore)]
mod in_time;
#[cfg(explore)]
mod stories;

#[cfg(explore)]
fn main() -> ExitCode {
    check::main("threads/join-timeout", &stories::CHECKS)
}

#[cfg(not(explore))]
fn main() -> ExitCode {
    check::only_explored("threads", "join-timeout")
}
