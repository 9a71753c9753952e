//! Mistake B8: the program ignores what `join` returns.
//!
//! Child 1 fails and child 3 dies, but the program prints "Process end." and ends with exit code 0.
//! Right: `main.rs`, where a `?` after `join` ends the program with the error.

use std::process::ExitCode;

use common::{pid, say};
use lesson::{Lesson, StoryResult};
use multiprocess::{Process, exit_now};

fn main() -> ExitCode {
    let about = "1.2 Mistake B8: two of five children fail, and the parent does not notice";
    Lesson::new(env!("CARGO_PKG_NAME"), env!("CARGO_BIN_NAME"), about).run(story)
}

fn story() -> StoryResult {
    say!("Parent Process {}.", pid());
    let mut children = Vec::new();
    for number in 0..5 {
        children.push(Process::start(number.to_string(), move || {
            run_child(number)
        })?);
    }
    for child in children {
        // The mistake: this result holds the error.
        let _ignored = child.join();
    }
    say!("Process end.");
    Ok(())
}

fn run_child(number: u32) -> Result<(), String> {
    match number {
        1 => Err("child 1 found no work".to_owned()),
        3 => exit_now(8),
        _ => {
            say!("Child process {number} ({}) Running...", pid());
            Ok(())
        }
    }
}
