//! Mistake B6: nothing ends the child's branch, so every child goes on forking.
//!
//! Three turns of the loop, meant to make three children, make seven. Right: `main.rs`, where
//! the child's code is a closure that cannot fall through into the parent's.

use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use common::{pid, ppid, say};
use lesson::{Lesson, Operands, StoryResult, number};
use multiprocess::{Fork, fork, wait};

fn main() -> ExitCode {
    let about = "1.1 Mistake B6: three forks in a row make eight processes";
    let numbers = Operands {
        name: "COUNT MS",
        help: "how many children, and how long each process takes after its line (3 0)",
        most: 2,
    };
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run_with(numbers, story)
}

fn story(words: Vec<String>) -> StoryResult {
    // At most 8, because by mistake a count of 8 makes 255 children.
    let count = number(words.first(), 3, 8)?;
    let takes = Duration::from_millis(number(words.get(1), 0, 60_000)?);
    make_children(count, takes)
}

/// Should make `count` children of this process, all at once, and then wait for all of them. Every child,
/// and this process too, introduces itself once: this process before it waits or afterwards.
fn make_children(count: u64, takes: Duration) -> StoryResult {
    let mut children = Vec::new();
    for turn in 0..count {
        match fork(&format!("child {turn}"))? {
            Fork::Parent { child } => children.push(child),
            // The mistake: the child does not end here. It takes the next turn.
            Fork::Child => children.clear(),
        }
    }
    introduce_yourself(takes);
    for child in children {
        wait(child)?;
    }
    Ok(())
}

fn introduce_yourself(takes: Duration) {
    say!("Process ({}) made by ({}).", pid(), ppid());
    sleep(takes);
}
