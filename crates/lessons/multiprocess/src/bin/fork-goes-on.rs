//! Mistake B6: nothing ends the child's branch, so every child goes on forking.
//!
//! Three turns of the loop, meant to make three children, make seven. Right: `main.rs`, where
//! the child's code is a closure that cannot fall through into the parent's.

use std::process::ExitCode;

use common::{pid, ppid, say};
use lesson::{Lesson, StoryResult};
use multiprocess::{Fork, fork, wait};

fn main() -> ExitCode {
    let about = "1.1 Mistake B6: three forks in a row make eight processes";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    let mut children = Vec::new();
    for turn in 0..3 {
        match fork(&format!("child {turn}"))? {
            Fork::Parent { child } => children.push(child),
            // The mistake: the child does not end here. It takes the next turn.
            Fork::Child => children.clear(),
        }
    }
    say!("Process ({}) made by ({}).", pid(), ppid());
    for child in children {
        wait(child)?;
    }
    Ok(())
}
