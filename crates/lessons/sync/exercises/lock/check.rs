//! A lock lets one thread in at a time, and leaves none asleep.

use std::process::ExitCode;

#[cfg(explore)]
mod stories;

#[cfg(explore)]
fn main() -> ExitCode {
    check::main("sync/lock", &stories::CHECKS)
}

#[cfg(not(explore))]
fn main() -> ExitCode {
    check::only_explored("sync", "lock")
}
