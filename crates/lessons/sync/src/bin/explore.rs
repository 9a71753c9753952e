//! Tries every order of the turns of a story's threads, and shows the shortest one found that fails.
//!
//! Run it as `cargo run -p sync -- --explore [NAME] [--schedule TURNS]`: it has to be built with
//! `--cfg explore`, and that command does so. What the threads of a story do is in
//! `explore/stories/`; the locks that they share, and the check at the end, are in
//! `explore/worlds/`.

use std::process::ExitCode;

#[cfg(explore)]
#[path = "../../explore/stories/mod.rs"]
mod stories;
#[cfg(explore)]
#[path = "../../explore/worlds/mod.rs"]
mod worlds;

#[cfg(explore)]
fn main() -> ExitCode {
    explore::main(&stories::STORIES)
}

#[cfg(not(explore))]
fn main() -> ExitCode {
    lesson::Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "2.2 Every order of the turns of two threads; run it by --explore",
    )
    .run(|| {
        common::say!("Nothing explored: run it as cargo run -p sync -- --explore");
        Ok(())
    })
}
