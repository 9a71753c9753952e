//! Which numbers can be left after three rounds of a lost update.

use std::process::ExitCode;

#[cfg(explore)]
mod key;
#[cfg(explore)]
#[path = "../../explore/stories/lost_update.rs"]
mod lost_update;
#[cfg(explore)]
#[path = "../../explore/worlds"]
mod worlds {
    #[expect(
        dead_code,
        reason = "the story is for the explorer; here its number is asked for"
    )]
    pub(crate) mod lost_update;
}

#[cfg(explore)]
fn main() -> ExitCode {
    check::main("sync/smallest", &key::CHECKS)
}

#[cfg(not(explore))]
fn main() -> ExitCode {
    check::only_explored("sync", "smallest")
}
