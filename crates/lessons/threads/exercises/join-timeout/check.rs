//! A join with a limit gives a value, or the handle back.

use std::process::ExitCode;

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
