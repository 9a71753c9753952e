//! A re-entrant lock is free only at the last release.

use std::process::ExitCode;

#[cfg(explore)]
mod stories;

#[cfg(explore)]
fn main() -> ExitCode {
    check::main("sync/rlock", &stories::CHECKS)
}

#[cfg(not(explore))]
fn main() -> ExitCode {
    check::only_explored("sync", "rlock")
}
