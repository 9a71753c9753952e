//! Mistake B7: only the last child is joined.
//!
//! In the notes `p.join()` stands behind the loop, where `p` is the fifth child. Here child n
//! takes (4 - n) times 50 ms, so "Process end." comes first, and the others after it. Right:
//! `main.rs`, which keeps all handles. On bare `fork`, because a dropped `Process` would not
//! run on: its child is killed.

use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use common::{pid, say};
use lesson::{Lesson, StoryResult};
use multiprocess::{Fork, exit_now, fork, wait};

fn main() -> ExitCode {
    let about = "1.2 Mistake B7: \"Process end.\" while four children still run";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    say!("Parent Process {}.", pid());
    let mut last = None;
    for number in 0..5 {
        say!("Process will start");
        match fork(&number.to_string())? {
            Fork::Parent { child } => last = Some(child),
            Fork::Child => run_child(number),
        }
    }
    // The mistake: four children are forgotten.
    if let Some(child) = last {
        wait(child)?;
    }
    say!("Process end.");
    Ok(())
}

fn run_child(number: u64) -> ! {
    sleep(Duration::from_millis(50 * (4 - number)));
    say!("Child process {number} ({}) Running...", pid());
    exit_now(0)
}
