//! The threads never wait for each other in a circle, and both moves are done.

use std::process::ExitCode;

#[cfg(explore)]
mod stories;
#[cfg(explore)]
#[path = "../../explore/stories/two_locks.rs"]
mod two_locks;
#[cfg(explore)]
#[path = "../../explore/worlds"]
mod worlds {
    pub(crate) mod two_locks;
}

#[cfg(explore)]
fn main() -> ExitCode {
    check::main("sync/two-locks", &stories::CHECKS)
}

#[cfg(not(explore))]
fn main() -> ExitCode {
    check::only_explored("sync", "two-locks")
}
