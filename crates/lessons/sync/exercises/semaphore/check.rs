//! There are never more threads inside than permits, and no thread is left asleep.

use std::process::ExitCode;

#[cfg(explore)]
mod extreme;
#[cfg(explore)]
mod in_time;
#[cfg(explore)]
mod stories;

#[cfg(explore)]
fn main() -> ExitCode {
    check::main("sync/semaphore", &stories::CHECKS)
}

#[cfg(not(explore))]
fn main() -> ExitCode {
    check::only_explored("sync", "semaphore")
}
