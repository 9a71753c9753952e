//! A set wakes all waiting threads, even if the event is cleared at once.

use std::process::ExitCode;

#[cfg(explore)]
mod extreme;
#[cfg(explore)]
mod in_time;
#[cfg(explore)]
mod stories;

#[cfg(explore)]
fn main() -> ExitCode {
    check::main("sync/event", &stories::CHECKS)
}

#[cfg(not(explore))]
fn main() -> ExitCode {
    check::only_explored("sync", "event")
}
